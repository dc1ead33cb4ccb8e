import ShotlistCore

extension LlamaContext {
    /// What the model says after a prompt that was run, token by token, the one that ends it included.
    ///
    /// - Parameters:
    ///   - prompt: the prompt's tokens of text, which a repetition penalty counts.
    ///   - position: where the answer's first token stands.
    ///   - room: the most tokens to answer with, at least 1.
    ///   - sampling: how to pick tokens.
    /// - Throws: `CancellationError` after an abort; ``ShotlistError`` (`engine_failed`).
    func answer(
        after prompt: [Int32], at position: Int, room: Int, sampling: SamplingParameters
    ) throws -> AnswerTokens {
        var sampler = TokenSampler(sampling, prompt: prompt)
        var answer = AnswerTokens()
        let stops = try StopWords(sampling.stops, vocabulary: model)
        var position = position
        while answer.count < room {
            let token = sampler.pick(from: try lastLogits())
            answer.append(
                token, isEnd: model.isEnd(token) || stops.tokens.contains(token), piece: model.bytes(of: token),
                stops: stops)
            guard answer.finishReason == .length, answer.count < room else { break }
            try add(token, at: TokenPosition(text: position))
            try run()
            position += 1
        }
        return answer
    }
}

/// A context that is kept for the prompts to come and made anew when one needs more room.
struct KeptContext {
    private static let step = 1024
    let model: LlamaModel
    let positions: PositionScheme
    let threads: Int
    /// The most tokens that a context may hold.
    let limit: Int
    private let usesFlashAttention: Bool
    private var context: LlamaContext?

    /// Keeps none yet.
    init(
        model: LlamaModel, positions: PositionScheme, threads: Int, limit: Int, usesFlashAttention: Bool = true
    ) {
        self.model = model
        self.positions = positions
        self.threads = threads
        self.limit = limit
        self.usesFlashAttention = usesFlashAttention
    }

    /// A context with room for `needed` tokens, at most ``limit``.
    ///
    /// - Parameter check: asked before a context of so many tokens is made.
    /// - Throws: what `check` throws; ``ShotlistError`` (`engine_failed`) when there is too little memory.
    mutating func context(
        holding needed: Int, check: (Int) throws(ShotlistError) -> Void = { _ in }
    ) throws(ShotlistError) -> LlamaContext {
        if let context, context.capacity >= needed { return context }
        // Both at once could be too much.
        context = nil
        let capacity = min((needed + Self.step - 1) / Self.step * Self.step, limit)
        try check(capacity)
        let made = try LlamaContext(
            model: model, positions: positions, capacity: capacity, threads: threads, sumsIn16Bits: usesFlashAttention)
        context = made
        return made
    }
}
