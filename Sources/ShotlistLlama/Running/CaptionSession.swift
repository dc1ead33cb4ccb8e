import ShotlistCore
import ShotlistEngines

/// A loaded vision-language model with its batch.
///
/// It blocks and belongs to one thread at a time: ``LlamaEngine`` gives it a loop on one. Its `package` members ask one
/// window at a time through the same batch, for tests.
package final class CaptionSession {
    let batch: SequenceBatch
    let contextLimit: Int
    let family: VisionFamily
    let sharesProcessors: Bool
    /// The most tokens of a question that may follow the first.
    let furtherTokens: Int
    /// What is counted of frames.
    let counts: FrameCounts
    private let model: LlamaModel
    private let projector: Projector
    private let windowEncoder: WindowEncoder

    /// Checks both files and loads them.
    ///
    /// - Parameters:
    ///   - machine: the memory that there is, asked before memory is taken.
    ///   - onNotice: takes what a person may want to know and need not do anything about.
    /// - Throws: `CancellationError` when `abort` was set meanwhile; ``ShotlistError`` (`invalid_argument`,
    ///   `model_missing`, `model_invalid`, `model_mismatch`, `unknown_device`, `out_of_memory`).
    package init(
        options: LlamaOptions, abort: AbortFlag = AbortFlag(),
        machine: @escaping @Sendable () -> MachineMemory? = { .current },
        onNotice: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        try options.check()
        family = try ModelPair.family(model: options.modelPath, projector: options.projectorPath)
        try Self.checkFrames(options, family: family)
        let memory = MemoryGuard(
            text: options.modelPath, projector: options.projectorPath, contextLimit: options.contextLimit,
            gpuLayers: options.gpuLayers, machine: machine)
        try memory.checkWeights()
        model = try LlamaModel(options: options, abort: abort)
        try model.checkTokens(family.specialTokens, family: family.name, path: options.modelPath)
        let threads = options.threads(forParameters: model.parameterCount)
        projector = try Projector(options: options, model: model, family: family, threads: threads)
        contextLimit = min(options.contextLimit ?? .max, model.contextLength, family.positions.highest)
        let counts = FrameCounts()
        self.counts = counts
        let limits = ContextKeeper.Limits(
            tokens: contextLimit, sequences: options.batchSize,
            fitting: { tokens, sequences, held throws(ShotlistError) in
                try memory.sequences(
                    of: tokens, wanted: sequences, frame: counts.largestFrame, held: held,
                    reserved: max(0, options.frameCacheBytes - counts.cachedBytes))
            }, onNotice: onNotice)
        batch = SequenceBatch(
            keeper: ContextKeeper(
                model: model, positions: family.positions, threads: threads, limits: limits,
                usesFlashAttention: options.usesFlashAttention
                    ?? options.usesFlashAttention(forParameters: model.parameterCount)),
            table: options.chunkedPrefill ? try model.embeddingTable(path: options.modelPath) : nil)
        windowEncoder = WindowEncoder(
            projector: projector, family: family, model: model, contextLimit: contextLimit,
            cacheBytes: options.frameCacheBytes, counts: counts)
        sharesProcessors = options.sharesProcessors(threads: threads)
        var furtherTokens = 0
        for question in options.furtherQuestions {
            let words = try family.question(question.text, vocabulary: model).count
            furtherTokens = max(furtherTokens, words + question.furtherTokens)
        }
        self.furtherTokens = furtherTokens
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
        try projector.embeddings(of: [frames], abort: AbortFlag()).flatMap { $0 }
    }

    /// The logits after a whole prompt.
    package func lastLogits(of prompt: WindowPrompt) throws -> [Float] {
        try batch.logits(after: try windowEncoder.encodeAll(prompt, abort: AbortFlag()))
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
        let room = min(limit, contextLimit - prompt.tokenCount)
        guard room >= 1, prompt.next + room <= highestPosition else {
            throw tooLong(promptTokens: prompt.tokenCount, visionTokens: prompt.visionTokenCount)
        }
        if let frame = prompt.largestFrame { counts.note(frame) }
        let plan = AnswerPlan(
            promptTokens: prompt.textTokens, position: prompt.next, room: room, sampling: sampling,
            stops: try stops(sampling.stops))
        return try batch.answer(
            to: try windowEncoder.encodeAll(prompt, abort: abort), plan: plan, abort: abort)
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

extension CaptionSession: LoopModel {
    var facts: (family: VisionFamily, counts: FrameCounts) { (family, counts) }
    var highestPosition: Int { family.positions.highest }

    var encoder: HandedOver<any ContentEncoder<ShownWindow>>? { HandedOver(windowEncoder) }

    func tokens(of question: CaptionQuestion) throws -> (tokens: [Int32], opening: Int) {
        (try family.question(question.prompt.text, vocabulary: model), 0)
    }

    func stops(_ words: [String]) throws -> StopWords {
        try StopWords(words, vocabulary: model)
    }

    func tooLong(promptTokens: Int, visionTokens: Int) -> ShotlistError {
        ContextTooShort.error(promptTokens: promptTokens, visionTokens: visionTokens, limit: contextLimit)
    }
}

extension CaptionQuestion: LoopQuestion {}
