/// What is known of one caption beside its words.
public struct CaptionRecord: Sendable, Hashable, Codable {
    /// How the engine stopped: `stop` at an end token, `length` at the output limit.
    public enum FinishReason: String, Sendable, Hashable, Codable {
        case stop, length
    }

    /// How the engine stopped.
    public var finishReason: FinishReason
    /// Tokens of the prompt, the video's included.
    public var promptTokens: Int
    /// Tokens of the video alone.
    public var visionTokens: Int
    /// Tokens of the prompt that were there from an earlier question or window and cost nothing.
    public var reusedTokens: Int
    /// Tokens of the caption.
    public var outputTokens: Int
    /// The model that answered.
    public var modelID: String
    /// The revision of the model's files: a commit or a content hash.
    public var modelRevision: String
    /// How the model's weights are kept, such as `q8_0`; nil when the engine does not know.
    public var modelPrecision: String?
    /// SHA-256 of the prompt's text; of a second pass, of its words without the first caption.
    public var promptHash: String
    /// Seconds from asking to the whole answer, over all attempts.
    public var seconds: Double
    /// Seconds in which the engine read the prompt, its frames included; nil when it does not say.
    public var promptSeconds: Double?
    /// Seconds in which it wrote the caption; nil when it does not say.
    public var outputSeconds: Double?
    /// The address of the server that answered; nil where the engine runs in this process.
    public var server: String?
    /// How often the question was asked, at least 1.
    public var attempts: Int
    /// What the answers cost that were not kept.
    public var discarded: TokenCounts

    /// Makes a record from its parts.
    public init(
        finishReason: FinishReason, promptTokens: Int, visionTokens: Int, reusedTokens: Int = 0, outputTokens: Int,
        modelID: String, modelRevision: String, modelPrecision: String? = nil, promptHash: String, seconds: Double,
        promptSeconds: Double? = nil, outputSeconds: Double? = nil, server: String? = nil, attempts: Int = 1,
        discarded: TokenCounts = TokenCounts()
    ) {
        self.server = server
        self.finishReason = finishReason
        self.promptTokens = promptTokens
        self.visionTokens = visionTokens
        self.reusedTokens = reusedTokens
        self.outputTokens = outputTokens
        self.modelID = modelID
        self.modelRevision = modelRevision
        self.modelPrecision = modelPrecision
        self.promptHash = promptHash
        self.seconds = seconds
        self.promptSeconds = promptSeconds
        self.outputSeconds = outputSeconds
        self.attempts = attempts
        self.discarded = discarded
    }

    /// What the answer that was kept cost.
    public var tokens: TokenCounts {
        TokenCounts(prompt: promptTokens, reused: reusedTokens, output: outputTokens)
    }
}
