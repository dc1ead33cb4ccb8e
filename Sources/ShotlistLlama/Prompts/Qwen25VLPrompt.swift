import Foundation
import ShotlistCore
import ShotlistEngines

/// Lays out a window for Qwen2.5-VL: one span of frame pairs with explicit positions, text before and after it.
///
/// llama.cpp's own helper would wrap each pair in its own span with an image's positions; the model was trained on this.
enum Qwen25VLPrompt {
    /// Pixels along each side of a token: patches of 14, merged two by two.
    static let tokenSide = 28

    /// The prompt of a window. Letters and accents of the user's words are composed first (NFC), as Qwen's tokenizer does and
    /// llama.cpp does not; the last frame is shown twice when their number is odd, as the model's processor does.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) for frames that no model of this family can be shown.
    static func layOut(_ content: WindowContent, vocabulary: LlamaModel) throws -> WindowPrompt {
        let size = try content.checkedSize(tokenSide: tokenSide)
        let frames = content.frames
        let layout = QwenVLLayout(prompt: content.prompt)
        let before = try vocabulary.tokens(of: layout.beforeVideo, special: true)
        let after = try question(content.prompt, vocabulary: vocabulary)
        let positions = VideoPositions(
            base: before.count, pairs: (frames.count + 1) / 2, rows: size.height / tokenSide,
            columns: size.width / tokenSide, effectiveFPS: content.effectiveFPS)
        let pairs = (0..<positions.pairs).map { pair in
            WindowPrompt.Part.frames(
                FrameBlock(
                    frames: [frames[pair * 2], frames[min(pair * 2 + 1, frames.count - 1)]],
                    positions: positions.positions(pair: pair)))
        }
        return WindowPrompt(
            parts: [.text(before, at: 0)] + pairs + [.text(after, at: positions.next)],
            next: positions.next + after.count, opening: before.count)
    }

    /// The text after the video: a user's words up to where the answer begins.
    static func question(_ prompt: String, vocabulary: LlamaModel) throws -> [Int32] {
        let layout = QwenVLLayout(prompt: prompt)
        return try vocabulary.tokens(of: layout.afterVideo, special: true)
            + vocabulary.tokens(of: layout.prompt.precomposedStringWithCanonicalMapping, special: false)
            + vocabulary.tokens(of: layout.afterPrompt, special: true)
    }
}
