import ShotlistCore
import ShotlistEngines

/// Lays out a window for Nemotron Nano 12B v2 VL: each frame between two tokens of its own, after words that number it
/// and say its time.
///
/// llama.cpp's own helper would write none of these words. Each piece of text is cut into tokens alone, as vLLM does.
enum NemotronVLPrompt {
    /// Pixels along each side of a token: patches of 16, shuffled together two by two.
    static let tokenSide = 32
    /// The one size of a frame, a tile of the model; others have been stretched to it.
    static let frameSize = PixelSize(width: 512, height: 512)

    /// What a user's words may look like without being it.
    private static let markers = [
        "<s>", "</s>", "<SPECIAL_10>", "<SPECIAL_11>", "<SPECIAL_12>", "<image>", "<img>", "</img>", "<video>",
        "<think>",
        "</think>",
    ]

    /// The prompt of a window.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) for frames that no model of this family can be shown.
    static func layOut(_ content: WindowContent, vocabulary: LlamaModel) throws -> WindowPrompt {
        let size = try content.checkedSize(tokenSide: tokenSide)
        guard size == frameSize, content.frameIndices.count == content.frames.count else {
            throw ShotlistError(
                .engineFailed, "This model takes frames of \(frameSize) with an index each, not of \(size).",
                remedy: "Let the preparation stage stretch the frames.")
        }
        let layout = NemotronVLLayout(prompt: content.prompt)
        let open = try vocabulary.tokens(of: layout.frameStart, special: true)
        let close = try vocabulary.tokens(of: layout.frameEnd, special: true)
        let embeddings = size.area / (tokenSide * tokenSide)
        var parts: [WindowPrompt.Part] = []
        var text = try vocabulary.tokens(of: layout.beforeVideo, special: true)
        let opening = text.count
        var position = 0
        for (number, frame) in content.frames.enumerated() {
            let words = layout.words(frame: number, index: content.frameIndices[number], fps: content.videoFPS)
            text += try vocabulary.tokens(of: words, special: false) + open
            parts.append(.text(text, at: position))
            position += text.count
            let positions = (position..<position + embeddings).map { TokenPosition(text: $0) }
            parts.append(.frames(FrameBlock(frames: [frame], positions: positions)))
            position += embeddings
            text = close
        }
        text = try question(content.prompt, vocabulary: vocabulary)
        return WindowPrompt(
            parts: parts + [.text(text, at: position)], next: position + text.count, opening: opening)
    }

    /// The text after the last frame: a user's words up to where the answer begins.
    static func question(_ prompt: String, vocabulary: LlamaModel) throws -> [Int32] {
        let layout = NemotronVLLayout(prompt: prompt)
        return try vocabulary.tokens(of: layout.frameEnd, special: true)
            + vocabulary.tokens(ofPlainText: layout.prompt, names: markers)
            + vocabulary.tokens(of: layout.afterPrompt, special: true)
    }
}
