import ShotlistCore
import ShotlistEngines

/// A loaded text model with its memory, and the way from a message to an answer.
///
/// It blocks and belongs to one thread at a time: ``LlamaTextEngine`` gives it one.
package final class TextSession {
    /// Which chat it speaks.
    package let family: TextFamily
    private let model: LlamaModel
    private let contextLimit: Int
    private let memory: MemoryGuard
    private var kept: KeptContext

    /// Checks the file and loads it.
    ///
    /// - Parameter machine: the memory that there is, asked before memory is taken.
    /// - Throws: `CancellationError` when `abort` was set meanwhile; ``ShotlistError`` (`invalid_argument`,
    ///   `model_missing`, `model_invalid`, `model_mismatch`, `unknown_device`, `out_of_memory`).
    package init(
        options: LlamaTextOptions, abort: AbortFlag = AbortFlag(),
        machine: @escaping @Sendable () -> MachineMemory? = { .current }
    ) throws {
        try options.check()
        family = try TextModelFile.family(path: options.modelPath)
        memory = MemoryGuard(
            text: options.modelPath, projector: nil, contextLimit: options.contextLimit,
            gpuLayers: options.gpuLayers, machine: machine)
        try memory.checkWeights()
        model = try LlamaModel(options: options, abort: abort)
        try model.checkTokens(family.specialTokens, family: family.name, path: options.modelPath)
        contextLimit = min(options.contextLimit ?? .max, model.contextLength)
        kept = KeptContext(
            model: model, positions: .plain, threads: options.threads(forParameters: model.parameterCount),
            limit: contextLimit)
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
        let context = try context(for: prompt, answer: 1)
        context.begin(abort: AbortFlag())
        defer { context.end() }
        try read(prompt, into: context, places: places)
        return Array(try context.lastLogits())
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
        let context = try context(for: prompt, answer: limit)
        context.begin(abort: abort)
        defer { context.end() }
        let start = ContinuousClock.now
        try read(prompt, into: context)
        let reading = ContinuousClock.now - start
        var answer = try context.answer(
            after: prompt, at: prompt.count, room: min(limit, contextLimit - prompt.count), sampling: sampling)
        answer.promptSeconds = reading / .seconds(1)
        answer.outputSeconds = (ContinuousClock.now - start - reading) / .seconds(1)
        return answer
    }

    private func read(_ prompt: [Int32], into context: LlamaContext, places: (Int) -> Int = { $0 }) throws {
        for (index, token) in prompt.enumerated() {
            try context.add(token, at: TokenPosition(text: places(index)))
        }
        try context.run()
    }

    private func context(for prompt: [Int32], answer limit: Int) throws(ShotlistError) -> LlamaContext {
        let room = min(limit, contextLimit - prompt.count)
        guard room >= 1 else {
            throw ShotlistError(
                .contextTooShort,
                "The prompt has \(prompt.count) tokens, and the model's context holds \(contextLimit) with the answer.",
                remedy: "Shorten the prompt.")
        }
        return try kept.context(holding: prompt.count + room) { capacity throws(ShotlistError) in
            try memory.checkContext(tokens: capacity, frame: nil)
        }
    }
}
