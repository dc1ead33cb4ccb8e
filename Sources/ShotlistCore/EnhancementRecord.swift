/// How the enhancement of one caption ended, and what is known of it beside its words.
public struct EnhancementRecord: Sendable, Hashable, Codable {
    /// `success`; `truncated`: the text stops at the output limit; `skipped`: not tried; `error`: tried and failed.
    public var status: WindowStatus
    /// Why it is not a success; nil when it is.
    public var reason: WindowReason?
    /// What a reader may doubt in the text.
    public var flags: [WindowFlag]
    /// SHA-256 of what the model was told to do.
    public var promptHash: String
    /// What the model cost and who it was; nil when it gave no answer.
    public var answer: Answer?

    /// What is known of an answer.
    public struct Answer: Sendable, Hashable, Codable {
        /// How the engine stopped.
        public var finishReason: CaptionRecord.FinishReason
        /// Tokens of the prompt, the caption included.
        public var promptTokens: Int
        /// Tokens of the prompt that were there from an earlier request and cost nothing.
        public var reusedTokens: Int
        /// Tokens of the enhanced caption.
        public var outputTokens: Int
        /// The model that answered.
        public var modelID: String
        /// The revision of the model's files: a commit or a content hash.
        public var modelRevision: String
        /// How the model's weights are kept, such as `q8_0`; nil when the engine does not know.
        public var modelPrecision: String?
        /// Seconds from asking to the whole answer.
        public var seconds: Double
        /// Seconds in which the engine read the prompt; nil when it does not say.
        public var promptSeconds: Double?
        /// Seconds in which it wrote the answer; nil when it does not say.
        public var outputSeconds: Double?

        /// Makes a record of an answer from its parts.
        public init(
            finishReason: CaptionRecord.FinishReason, promptTokens: Int, reusedTokens: Int = 0, outputTokens: Int,
            modelID: String, modelRevision: String, modelPrecision: String? = nil, seconds: Double,
            promptSeconds: Double? = nil,
            outputSeconds: Double? = nil
        ) {
            self.finishReason = finishReason
            self.promptTokens = promptTokens
            self.reusedTokens = reusedTokens
            self.outputTokens = outputTokens
            self.modelID = modelID
            self.modelRevision = modelRevision
            self.modelPrecision = modelPrecision
            self.seconds = seconds
            self.promptSeconds = promptSeconds
            self.outputSeconds = outputSeconds
        }
    }

    /// A record of an enhancement; without a reason it is a success.
    public init(
        status: WindowStatus = .success, reason: WindowReason? = nil, flags: [WindowFlag] = [], promptHash: String,
        answer: Answer? = nil
    ) {
        self.status = status
        self.reason = reason
        self.flags = flags
        self.promptHash = promptHash
        self.answer = answer
    }
}
