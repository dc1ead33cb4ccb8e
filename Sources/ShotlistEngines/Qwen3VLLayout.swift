import Foundation

/// The chat layout of Qwen3-VL for one video and one prompt.
///
/// There is no system line: the model's chat template writes none of its own, and NeMo Curator gives none. The video is
/// pairs of frames, each after a time stamp in words and in its own `<|vision_start|>` and `<|vision_end|>`, and all of
/// them once more in such a pair of tokens. The outer two are the chat template's; since transformers 5.10 the processor
/// puts the pairs between them (before, in their place), and vLLM 0.33.0 goes by that.
///
/// All but the user's words and the time stamps is special tokens and what the template says; `prompt` is plain text,
/// whatever it says.
public struct Qwen3VLLayout: Sendable, Hashable {
    /// Up to and including the token that opens the video.
    public let beforeVideo = "<|im_start|>user\n<|vision_start|>"
    /// The token between a pair's time stamp and its frames.
    public let beforePair = "<|vision_start|>"
    /// The token after a pair's frames.
    public let afterPair = "<|vision_end|>"
    /// The token that closes the video.
    public let afterVideo = "<|vision_end|>"
    /// The user's words.
    public let prompt: String
    /// From the end of the user's words to where the answer begins.
    public let afterPrompt = "<|im_end|>\n<|im_start|>assistant\n"

    /// Lays out a prompt.
    public init(prompt: String) {
        self.prompt = prompt
    }

    /// The time stamps of a window's pairs of frames; the last frame counts twice when their number is odd.
    ///
    /// Each is the mean of the times of both frames, in seconds, with one decimal: `_calculate_timestamps` of vLLM 0.33.0
    /// and of transformers.
    ///
    /// - Parameters:
    ///   - frameIndices: the source frame of each frame shown, counted from the window's first.
    ///   - videoFPS: source frames a second, above 0.
    public static func timeStamps(frameIndices: [Int], videoFPS: Double) -> [String] {
        stride(from: 0, to: frameIndices.count, by: 2).map { first in
            let second = min(first + 1, frameIndices.count - 1)
            let seconds = (Double(frameIndices[first]) / videoFPS + Double(frameIndices[second]) / videoFPS) / 2
            return String(format: "<%.1f seconds>", seconds)
        }
    }
}
