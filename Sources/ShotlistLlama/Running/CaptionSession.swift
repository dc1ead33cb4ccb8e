import ShotlistCore
import ShotlistEngines

/// A loaded model with its memory, and the way from a window to an answer.
///
/// It blocks and belongs to one thread at a time: ``LlamaEngine`` gives it one.
package final class CaptionSession {
    private let model: LlamaModel
    private let projector: Projector
    private let family: VisionFamily
    private let contextLimit: Int
    private let memory: MemoryGuard
    private var kept: KeptContext

    /// Checks both files and loads them.
    ///
    /// - Parameter machine: the memory that there is, asked before memory is taken.
    /// - Throws: `CancellationError` when `abort` was set meanwhile; ``ShotlistError`` (`invalid_argument`,
    ///   `model_missing`, `model_invalid`, `model_mismatch`, `unknown_device`, `out_of_memory`).
    package init(
        options: LlamaOptions, abort: AbortFlag = AbortFlag(),
        machine: @escaping @Sendable () -> MachineMemory? = { .current }
    ) throws {
        try options.check()
        family = try ModelPair.family(model: options.modelPath, projector: options.projectorPath)
        try Self.checkFrames(options, family: family)
        memory = MemoryGuard(
            text: options.modelPath, projector: options.projectorPath, contextLimit: options.contextLimit,
            gpuLayers: options.gpuLayers, machine: machine)
        try memory.checkWeights()
        model = try LlamaModel(options: options, abort: abort)
        try model.checkTokens(family.specialTokens, family: family.name, path: options.modelPath)
        let threads = options.threads(forParameters: model.parameterCount)
        projector = try Projector(options: options, model: model, family: family, threads: threads)
        contextLimit = min(options.contextLimit ?? .max, model.contextLength, family.positions.highest)
        kept = KeptContext(
            model: model, positions: family.positions, threads: threads, limit: contextLimit,
            usesFlashAttention: options.usesFlashAttention)
    }

    /// Lays out a window for this model.
    package func prompt(_ content: WindowContent) throws -> WindowPrompt {
        try family.layOut(content, vocabulary: model)
    }

    /// The tokens of a text, for tests.
    package func tokens(of text: String, special: Bool) throws -> [Int32] {
        try model.tokens(of: text, special: special)
    }

    /// The text of tokens; a character that is cut off at the end is left out.
    package func text(of tokens: some Sequence<Int32>) -> String {
        UTF8Tail.text(of: tokens.flatMap(model.bytes(of:)))
    }

    /// The caption in an answer: its text without stop words and without thoughts.
    package func caption(in answer: AnswerTokens) -> String {
        family.caption(in: answer.text).trimmed
    }

    /// The embeddings of frames that are encoded together, token after token.
    package func embeddings(of frames: [RGBFrame]) throws -> [Float] {
        try projector.embeddings(of: frames, abort: AbortFlag())
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
    ///   - prompt: from ``prompt(_:)``.
    ///   - sampling: how to pick tokens.
    ///   - limit: the most tokens to answer with; the end of the context limits it, too.
    ///   - abort: ends the work from another thread.
    /// - Throws: `CancellationError` after an abort; ``ShotlistError`` (`context_too_short`, `out_of_memory`,
    ///   `engine_failed`).
    package func answer(
        to prompt: WindowPrompt, sampling: SamplingParameters, limit: Int, abort: AbortFlag = AbortFlag()
    ) throws -> AnswerTokens {
        let context = try context(for: prompt, answer: limit)
        context.begin(abort: abort)
        defer { context.end() }
        let start = ContinuousClock.now
        try read(prompt, into: context, abort: abort)
        let reading = ContinuousClock.now - start
        var answer = try context.answer(
            after: prompt.textTokens, at: prompt.next, room: min(limit, contextLimit - prompt.tokenCount),
            sampling: sampling)
        answer.promptSeconds = reading / .seconds(1)
        answer.outputSeconds = (ContinuousClock.now - start - reading) / .seconds(1)
        return answer
    }

    /// Encodes the video and runs the whole prompt, so that the context has its last logits.
    private func read(_ prompt: WindowPrompt, into context: LlamaContext, abort: AbortFlag) throws {
        for part in prompt.parts {
            switch part {
            case .text(let tokens, let start):
                for (offset, token) in tokens.enumerated() {
                    try context.add(token, at: TokenPosition(text: start + offset))
                }
            case .frames(let block):
                try read(block, into: context, abort: abort)
            }
        }
        try context.run()
    }

    private func read(_ block: FrameBlock, into context: LlamaContext, abort: AbortFlag) throws {
        let embeddings = try projector.embeddings(of: block.frames, abort: abort)
        let width = model.embeddingWidth
        guard embeddings.count == block.positions.count * width else {
            throw ShotlistError(
                .engineFailed,
                "The projector made \(embeddings.count / width) tokens of a frame that is laid out as "
                    + "\(block.positions.count).",
                remedy: "Use the projector that was converted together with the text model.")
        }
        try embeddings.withUnsafeBufferPointer { embeddings in
            for (token, position) in block.positions.enumerated() {
                try context.add(
                    UnsafeBufferPointer(rebasing: embeddings[token * width..<(token + 1) * width]), at: position)
            }
        }
    }

    /// The context, made anew when the one there is too small.
    private func context(for prompt: WindowPrompt, answer limit: Int) throws -> LlamaContext {
        let room = min(limit, contextLimit - prompt.tokenCount)
        guard room >= 1, prompt.next + room <= family.positions.highest else {
            throw ShotlistError(
                .contextTooShort,
                "The prompt has \(prompt.tokenCount) tokens, \(prompt.visionTokenCount) of them video, and the "
                    + "model's context holds \(contextLimit) with the answer.",
                remedy: "Lower the sampling rate, the window size or the most pixels of a frame.")
        }
        return try kept.context(holding: prompt.tokenCount + room) { capacity throws(ShotlistError) in
            try memory.checkContext(tokens: capacity, frame: prompt.largestFrame)
        }
    }

    private static func checkFrames(_ options: LlamaOptions, family: VisionFamily) throws(ShotlistError) {
        let side = family.tokenSide
        let fits =
            switch options.frameSizing {
            case nil: true
            case .smart(let plan): plan.factor % side == 0
            case .volume(let plan): plan.factor % side == 0
            case .stretched(let size): size.width % side == 0 && size.height % side == 0
            }
        guard !fits else { return }
        throw ShotlistError(
            .modelMismatch,
            "The text model '\(options.modelPath)' is a \(family.name) model, which cannot be shown frames of the size "
                + "that the chosen variant asks for.",
            remedy: "Choose the variant (--captioning-algorithm) that the files belong to.")
    }
}
