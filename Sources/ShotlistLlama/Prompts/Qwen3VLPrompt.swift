import Foundation
import ShotlistCore
import ShotlistEngines

/// Lays out a window for Qwen3-VL: pairs of frames, each after its time in words, between text.
///
/// Positions are those of vLLM 0.33.0 (`_get_mrope_input_positions`) and of transformers 5.23 (`get_rope_index`), which
/// agree: a pair is placed like an image, all of it at one time, `t = base`, `y = base + row`, `x = base + column`; the
/// text after it starts one past the largest coordinate. So every pair has a later time than all before it, and what
/// llama.cpp hides from a token (a later time, or the same time and a place further down or right) is exactly what comes
/// after it.
enum Qwen3VLPrompt {
    /// Pixels along each side of a token: patches of 16, merged two by two.
    static let tokenSide = 32

    /// The prompt of a window; the last frame is shown twice when their number is odd, as the model's processor does.
    ///
    /// Every piece of text is tokenised alone, as vLLM does; letters and accents of the user's words are composed first (NFC),
    /// as the tokenizer does and llama.cpp does not.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) for frames that no model of this family can be shown.
    static func layOut(_ content: WindowContent, vocabulary: LlamaModel) throws -> WindowPrompt {
        let size = try content.checkedSize(tokenSide: tokenSide)
        guard content.frameIndices.count == content.frames.count else {
            throw ShotlistError(
                .engineFailed,
                "A window has \(content.frames.count) frames, and \(content.frameIndices.count) of them have a time.")
        }
        let layout = Qwen3VLLayout(prompt: content.prompt)
        let stamps = Qwen3VLLayout.timeStamps(frameIndices: content.frameIndices, videoFPS: content.videoFPS)
        let beforePair = try vocabulary.tokens(of: layout.beforePair, special: true)
        let afterPair = try vocabulary.tokens(of: layout.afterPair, special: true)
        var prompt = WindowPrompt(parts: [], next: 0)
        var text = try vocabulary.tokens(of: layout.beforeVideo, special: true)
        prompt.opening = text.count
        for (pair, stamp) in stamps.enumerated() {
            text += try vocabulary.tokens(of: stamp, special: false) + beforePair
            prompt.append(text)
            let frames = [content.frames[pair * 2], content.frames[min(pair * 2 + 1, content.frames.count - 1)]]
            prompt.append(frames, rows: size.height / tokenSide, columns: size.width / tokenSide)
            text = afterPair
        }
        prompt.append(try question(content.prompt, vocabulary: vocabulary))
        return prompt
    }

    /// The text after the last pair: a user's words up to where the answer begins.
    static func question(_ prompt: String, vocabulary: LlamaModel) throws -> [Int32] {
        let layout = Qwen3VLLayout(prompt: prompt)
        return try vocabulary.tokens(of: layout.afterPair, special: true)
            + vocabulary.tokens(of: layout.afterVideo, special: true)
            + vocabulary.tokens(of: layout.prompt.precomposedStringWithCanonicalMapping, special: false)
            + vocabulary.tokens(of: layout.afterPrompt, special: true)
    }
}

extension WindowPrompt {
    fileprivate mutating func append(_ text: [Int32]) {
        parts.append(.text(text, at: next))
        next += text.count
    }

    fileprivate mutating func append(_ frames: [RGBFrame], rows: Int, columns: Int) {
        let positions = (0..<rows * columns).map {
            TokenPosition(time: next, row: next + $0 / columns, column: next + $0 % columns)
        }
        parts.append(.frames(FrameBlock(frames: frames, positions: positions)))
        next += max(rows, columns)
    }
}
