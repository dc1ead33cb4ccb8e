import ShotlistCore
import ShotlistEngines

/// A loaded text model with its batch.
///
/// It blocks and belongs to one thread at a time: ``LlamaTextEngine`` gives it a loop on one. Its `package` members ask
/// one thing at a time through the same batch, for tests.
package final class TextSession {
    /// Which chat it speaks.
    package let family: TextFamily
    let batch: SequenceBatch
    let contextLimit: Int
    let sharesProcessors: Bool
    private let model: LlamaModel

    /// Checks the file and loads it.
    ///
    /// - Parameters:
    ///   - machine: the memory that there is, asked before memory is taken.
    ///   - onNotice: takes what a person may want to know and need not do anything about.
    /// - Throws: `CancellationError` when `abort` was set meanwhile; ``ShotlistError`` (`invalid_argument`,
    ///   `model_missing`, `model_invalid`, `model_mismatch`, `unknown_device`, `out_of_memory`).
    package init(
        options: LlamaTextOptions, abort: AbortFlag = AbortFlag(),
        machine: @escaping @Sendable () -> MachineMemory? = { .current },
        onNotice: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        try options.check()
        family = try TextModelFile.family(path: options.modelPath)
        let memory = MemoryGuard(
            text: options.modelPath, projector: nil, contextLimit: options.contextLimit,
            gpuLayers: options.gpuLayers, machine: machine)
        try memory.checkWeights()
        model = try LlamaModel(options: options, abort: abort)
        try model.checkTokens(family.specialTokens, family: family.name, path: options.modelPath)
        contextLimit = min(options.contextLimit ?? .max, model.contextLength)
        let limits = ContextKeeper.Limits(
            tokens: contextLimit, sequences: options.batchSize,
            fitting: { tokens, sequences, held throws(ShotlistError) in
                try memory.sequences(of: tokens, wanted: sequences, frame: nil, held: held)
            }, onNotice: onNotice)
        let threads = options.threads(forParameters: model.parameterCount)
        sharesProcessors = options.sharesProcessors(threads: threads)
        batch = SequenceBatch(
            keeper: ContextKeeper(
                model: model, positions: .plain, threads: threads,
                limits: limits,
                usesFlashAttention: options.usesFlashAttention(forParameters: model.parameterCount)),
            table: try model.embeddingTable(path: options.modelPath))
    }

    /// The tokens of a chat. None is put before it: none of these families was trained with one.
    package func tokens(of layout: ChatLayout) throws -> [Int32] {
        try layout.pieces.flatMap { piece throws -> [Int32] in
            switch piece {
            case .token(let name): try model.tokens(of: name, special: true)
            case .text(let words):
                try model.tokens(ofPlainText: family.normalised(words), names: family.specialTokens)
            }
        }
    }

    /// The text of tokens; a character that is cut off at the end is left out.
    package func text(of tokens: some Sequence<Int32>) -> String {
        UTF8Tail.text(of: tokens.flatMap(model.bytes(of:)))
    }

    /// The logits after a whole prompt, for tests.
    ///
    /// - Parameter places: the position of the token at an index.
    package func lastLogits(of prompt: [Int32], places: (Int) -> Int = { $0 }) throws -> [Float] {
        try batch.logits(after: prompt.enumerated().map { .text([$1], at: places($0)) })
    }

    /// What the model says to a prompt, token by token, the one that ends it included.
    ///
    /// - Parameters:
    ///   - prompt: from ``tokens(of:)``.
    ///   - sampling: how to pick tokens.
    ///   - limit: the most tokens to answer with; the end of the context limits it, too.
    ///   - abort: ends the work from another thread.
    /// - Throws: `CancellationError` after an abort; ``ShotlistError`` (`context_too_short`, `out_of_memory`,
    ///   `engine_failed`).
    package func answer(
        to prompt: [Int32], sampling: SamplingParameters, limit: Int, abort: AbortFlag = AbortFlag()
    ) throws -> AnswerTokens {
        let room = min(limit, contextLimit - prompt.count)
        guard room >= 1 else { throw tooLong(promptTokens: prompt.count, visionTokens: 0) }
        let plan = AnswerPlan(
            promptTokens: prompt, position: prompt.count, room: room, sampling: sampling,
            stops: try stops(sampling.stops))
        return try batch.answer(to: [.text(prompt, at: 0)], plan: plan, abort: abort)
    }
}

/// A text model is shown nothing before it is asked.
struct NoContent: Sendable {}

extension TextSession: LoopModel {
    var facts: TextFamily { family }
    var highestPosition: Int { Int(Int32.max) - 1 }
    var encoder: HandedOver<any ContentEncoder<NoContent>>? { nil }
    var furtherTokens: Int { 0 }

    func tokens(of question: TextRequest) throws -> (tokens: [Int32], opening: Int) {
        let layout = family.layOut(system: question.system, user: question.user)
        return (try tokens(of: layout), try tokens(of: layout.opening).count)
    }

    func stops(_ words: [String]) throws -> StopWords {
        try StopWords(words, vocabulary: model)
    }

    func tooLong(promptTokens: Int, visionTokens: Int) -> ShotlistError {
        ContextTooShort.error(promptTokens: promptTokens, visionTokens: visionTokens, limit: contextLimit)
    }
}

extension TextRequest: LoopQuestion {}
