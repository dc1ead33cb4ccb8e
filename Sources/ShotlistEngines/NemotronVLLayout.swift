import Foundation

/// The chat layout of Nemotron Nano 12B v2 VL for one video and one prompt, as its chat template writes it and as
/// vLLM 0.33.0 writes a video out.
///
/// `beforeVideo`, `frameStart`, `frameEnd` and `afterPrompt` hold special tokens; `prompt` is the user's and is plain
/// text, whatever it says. The answer begins after a block of thinking that is empty: the template opens one when
/// the words ask for it, and here they cannot, as a caption is no place for it.
public struct NemotronVLLayout: Sendable, Hashable {
    /// Up to the words of the first frame.
    public let beforeVideo = "<s><SPECIAL_10>System\nYou are a helpful assistant.\n<SPECIAL_11>User\n"
    /// The token before a frame.
    public let frameStart = "<img>"
    /// The token after a frame.
    public let frameEnd = "</img>"
    /// The user's words between the line breaks around them; one line break alone when there are none.
    public let prompt: String
    /// From the end of the user's words to where the answer begins.
    public let afterPrompt = "<SPECIAL_11>Assistant\n<think></think>"

    /// Lays out a prompt; the words by which a user switches thinking on and off are taken out, as the template does.
    public init(prompt: String) {
        // The template keeps `</think>` whole while it takes out `/think`.
        let words = prompt.components(separatedBy: "</think>").map {
            $0.replacingOccurrences(of: "/think", with: "").replacingOccurrences(of: "/no_think", with: "")
        }
        var message = "\n" + words.joined(separator: "</think>")
        while let last = message.unicodeScalars.last, last.properties.isWhitespace {
            message.unicodeScalars.removeLast()
        }
        self.prompt = message + "\n"
    }

    /// The words before a frame's opening token.
    ///
    /// - Parameters:
    ///   - number: the frame's number among those shown, from 0.
    ///   - index: the source frame, counted from the window's first.
    ///   - fps: source frames a second, above 0; a frame lasts a whole number of milliseconds, rounded down.
    public func words(frame number: Int, index: Int, fps: Double) -> String {
        let duration = (1000 / fps).rounded(.down)
        let seconds = String(format: "%.2f", Double(index) * duration / 1000)
        return "\(number > 0 ? "\n" : "")Frame \(number + 1) sampled at \(seconds) seconds: "
    }
}
