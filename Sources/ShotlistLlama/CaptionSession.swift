import ShotlistCore
import ShotlistEngines

/// A loaded model with its memory, and the way from a window to an answer.
///
/// It blocks and belongs to one thread at a time: ``LlamaEngine`` gives it one.
package final class CaptionSession {
    private let model: LlamaModel
    private let projector: Projector
    private let threads: Int
    private let contextLimit: Int
    private var context: LlamaContext?

    /// Checks both files and loads them.
    ///
    /// - Throws: `CancellationError` when `abort` was set meanwhile; ``ShotlistError`` (`invalid_argument`,
    ///   `model_missing`, `model_invalid`, `model_mismatch`, `unknown_device`).
    package init(options: LlamaOptions, abort: AbortFlag = AbortFlag()) throws {
        try options.check()
        try ModelPair.check(model: options.modelPath, projector: options.projectorPath)
        model = try LlamaModel(options: options, abort: abort)
        try Self.checkVocabulary(of: model, path: options.modelPath)
        threads = options.threads(forParameters: model.parameterCount)
        projector = try Projector(options: options, model: model, threads: threads)
        contextLimit = min(options.contextLimit ?? .max, model.contextLength, TokenPosition.highest)
    }

    /// Lays out a window for this model.
    package func prompt(frames: [RGBFrame], effectiveFPS: Double, layout: QwenVLLayout) throws -> WindowPrompt {
        try WindowPrompt(frames: frames, effectiveFPS: effectiveFPS, layout: layout, model: model)
    }

    /// The tokens of a text, for tests.
    package func tokens(of text: String, special: Bool) throws -> [Int32] {
        try model.tokens(of: text, special: special)
    }

    /// The text of tokens; a character that is cut off at the end is left out.
    package func text(of tokens: some Sequence<Int32>) -> String {
        UTF8Tail.text(of: tokens.flatMap(model.bytes(of:)))
    }

    /// The embeddings of a pair of frames, row after row.
    package func embeddings(of first: RGBFrame, _ second: RGBFrame) throws -> [Float] {
        try projector.embeddings(of: first, second, abort: AbortFlag())
    }

    /// The logits after a whole prompt.
    package func lastLogits(of prompt: WindowPrompt) throws -> [Float] {
        let abort = AbortFlag()
        let context = try context(for: prompt, answer: 1)
        context.begin(abort: abort)
        defer { context.end() }
        try read(prompt, into: context, abort: abort)
        return Array(try context.lastLogits())
    }

    /// What the model says to a prompt, token by token, the one that ends it included.
    ///
    /// - Parameters:
    ///   - prompt: from ``prompt(frames:effectiveFPS:layout:)``.
    ///   - sampling: how to pick tokens.
    ///   - limit: the most tokens to answer with; the end of the context limits it, too.
    ///   - abort: ends the work from another thread.
    /// - Throws: `CancellationError` after an abort; ``ShotlistError`` (`context_too_short`, `engine_failed`).
    package func answer(
        to prompt: WindowPrompt, sampling: SamplingParameters, limit: Int, abort: AbortFlag = AbortFlag()
    ) throws -> AnswerTokens {
        let context = try context(for: prompt, answer: limit)
        context.begin(abort: abort)
        defer { context.end() }
        try read(prompt, into: context, abort: abort)
        var sampler = TokenSampler(sampling, prompt: prompt.before + prompt.after)
        var answer = AnswerTokens()
        var position = prompt.positions.next + prompt.after.count
        let room = min(limit, contextLimit - prompt.tokenCount)
        while answer.count < room {
            let token = sampler.pick(from: try context.lastLogits())
            answer.append(token, isEnd: model.isEnd(token))
            guard answer.finishReason == .length, answer.count < room else { break }
            try context.add(token, at: position)
            try context.run()
            position += 1
        }
        return answer
    }

    /// Encodes the video and runs the whole prompt, so that the context has its last logits.
    private func read(_ prompt: WindowPrompt, into context: LlamaContext, abort: AbortFlag) throws {
        for (position, token) in prompt.before.enumerated() { try context.add(token, at: position) }
        let width = model.embeddingWidth
        let columns = prompt.positions.columns
        for (index, pair) in prompt.pairs.enumerated() {
            let embeddings = try projector.embeddings(of: pair.first, pair.second, abort: abort)
            try embeddings.withUnsafeBufferPointer { embeddings in
                for token in 0..<prompt.positions.rows * columns {
                    let row = UnsafeBufferPointer(rebasing: embeddings[token * width..<(token + 1) * width])
                    let position = prompt.positions.position(
                        pair: index, row: token / columns, column: token % columns)
                    try context.add(row, at: position)
                }
            }
        }
        for (offset, token) in prompt.after.enumerated() {
            try context.add(token, at: prompt.positions.next + offset)
        }
        try context.run()
    }

    /// The context, made anew when the one there is too small.
    private func context(for prompt: WindowPrompt, answer limit: Int) throws -> LlamaContext {
        let room = min(limit, contextLimit - prompt.tokenCount)
        let highest = prompt.positions.next + prompt.after.count + room
        guard room >= 1, highest <= TokenPosition.highest else {
            throw ShotlistError(
                .contextTooShort,
                "The prompt has \(prompt.tokenCount) tokens, \(prompt.positions.tokenCount) of them video, and the "
                    + "model's context holds \(contextLimit) with the answer.",
                remedy: "Lower the sampling rate, the window size or the most pixels of a frame.")
        }
        let needed = prompt.tokenCount + room
        if let context, context.capacity >= needed { return context }
        context = nil
        let step = 1024
        let capacity = min((needed + step - 1) / step * step, contextLimit)
        let made = try LlamaContext(model: model, capacity: capacity, threads: threads)
        context = made
        return made
    }

    private static func checkVocabulary(of model: LlamaModel, path: String) throws {
        for name in ["<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>"] {
            guard try model.tokens(of: name, special: true).count == 1 else {
                throw ShotlistError(
                    .modelMismatch, "The text model '\(path)' has no token '\(name)' in its vocabulary.",
                    remedy: "Give a Qwen2.5-VL model that was converted with its own tokenizer.")
            }
        }
    }
}
