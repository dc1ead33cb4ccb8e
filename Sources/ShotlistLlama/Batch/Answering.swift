import ShotlistCore

/// How a question is answered.
struct AnswerPlan {
    /// The prompt's tokens of text, which a repetition penalty counts.
    var promptTokens: [Int32]
    /// Where the answer's first token stands.
    var position: Int
    /// The most tokens to answer with, at least 1.
    var room: Int
    /// How to pick tokens.
    var sampling: SamplingParameters
    /// Words that end the answer.
    var stops: StopWords
}

/// An answer on its way, token by token, the one that ends it included.
struct Answering {
    /// What was picked so far.
    private(set) var tokens = AnswerTokens()
    /// The token that the model has not seen yet, and where it stands.
    private(set) var pending: (token: Int32, position: Int)?
    private var sampler: TokenSampler
    private var position: Int
    private let room: Int
    private let stops: StopWords
    private let began = ContinuousClock.now

    /// Begins an answer; `promptSeconds` were spent on its prompt.
    init(_ plan: AnswerPlan, promptSeconds: Double) {
        sampler = TokenSampler(plan.sampling, prompt: plan.promptTokens)
        position = plan.position
        room = plan.room
        stops = plan.stops
        tokens.promptSeconds = promptSeconds
    }

    /// Picks the next token.
    ///
    /// - Returns: whether the answer is whole.
    mutating func pick(from logits: UnsafeBufferPointer<Float>, model: LlamaModel) -> Bool {
        let token = sampler.pick(from: logits)
        tokens.append(
            token, isEnd: model.isEnd(token) || stops.tokens.contains(token), piece: model.bytes(of: token),
            stops: stops)
        guard tokens.finishReason == .length, tokens.count < room else {
            tokens.outputSeconds = (ContinuousClock.now - began) / .seconds(1)
            pending = nil
            return true
        }
        pending = (token, position)
        position += 1
        return false
    }
}
