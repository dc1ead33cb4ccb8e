import ShotlistCore

/// Something that answers words with words: it rewrites captions.
///
/// An engine may be asked from many tasks at once; how many it works on together is its own matter.
public protocol TextEngine: Sendable {
    /// Who answers, for the record.
    var identity: EngineIdentity { get }

    /// The answer to one request.
    ///
    /// - Throws: ``ShotlistError`` (`context_too_short`, `engine_failed`, `empty`), which concerns this request
    ///   alone; `CancellationError` when the task was cancelled.
    func answer(_ request: TextRequest) async throws -> TextAnswer

    /// What the engine did so far beside answering; nil from an engine that does not count.
    var statistics: EngineStatistics? { get async }

    /// Gives back what the engine holds; no request follows.
    func shutDown() async
}

extension TextEngine {
    public var statistics: EngineStatistics? { nil }
}

/// One message to a text model.
public struct TextRequest: Sendable, Hashable {
    /// Whom the model is to be; nil for what its own chat template says, which an empty text is not.
    public let system: String?
    /// The message. It is plain text: what looks like a special token in it is not one.
    public let user: String
    /// How to pick tokens.
    public let sampling: SamplingParameters
    /// The most tokens to answer with, at least 1.
    public let maxOutputTokens: Int
    /// The ``Window/traceID`` of the window whose caption it is about; nil where it is about none.
    public let traceID: String?

    /// Makes a request.
    public init(
        system: String? = nil, user: String, sampling: SamplingParameters, maxOutputTokens: Int, traceID: String? = nil
    ) {
        self.traceID = traceID
        self.system = system
        self.user = user
        self.sampling = sampling
        self.maxOutputTokens = maxOutputTokens
    }
}

/// A text engine's answer.
public struct TextAnswer: Sendable, Hashable {
    /// The words, without surrounding white space and without what the model thought before; never empty.
    public let text: String
    /// How it stopped.
    public let finishReason: CaptionRecord.FinishReason
    /// Tokens of the prompt, those of the chat layout included.
    public let promptTokens: Int
    /// Tokens of the answer, the one that ends it included.
    public let outputTokens: Int
    /// Tokens of the prompt that were there from an earlier request and cost nothing.
    public let reusedTokens: Int
    /// Seconds in which the prompt was read; nil from an engine that does not say.
    public let promptSeconds: Double?
    /// Seconds in which the answer was written; nil from an engine that does not say.
    public let outputSeconds: Double?

    /// Makes an answer.
    public init(
        text: String, finishReason: CaptionRecord.FinishReason, promptTokens: Int, outputTokens: Int,
        reusedTokens: Int = 0, promptSeconds: Double? = nil, outputSeconds: Double? = nil
    ) {
        self.text = text
        self.finishReason = finishReason
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.reusedTokens = reusedTokens
        self.promptSeconds = promptSeconds
        self.outputSeconds = outputSeconds
    }
}
