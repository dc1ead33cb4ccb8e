import ShotlistCore

/// Something that answers a prompt about a window of frames.
///
/// An engine may be asked from many tasks at once; how many it works on together is its own matter.
public protocol CaptionEngine: Sendable {
    /// Who answers, for the record.
    var identity: EngineIdentity { get }

    /// Makes of a window what the engine needs of it while it waits for an answer, such as frames in a compressed form; nil
    /// when the engine takes windows as they are. It blocks.
    var encoder: WindowEncoding? { get }

    /// In which form a window reaches the model, such as `frames, JPEG of 95`, where that shapes its answer; nil from an
    /// engine that is shown the frames as they are.
    var mediaForm: String? { get }

    /// The answer to one window.
    ///
    /// - Throws: ``ShotlistError`` (`context_too_short`, `engine_failed`, `empty`), which concerns this window
    ///   alone; `CancellationError` when the task was cancelled.
    func caption(_ request: CaptionRequest) async throws -> CaptionAnswer

    /// Shows the engine a window for as long as `body` runs, so that it can be asked about it more than once.
    ///
    /// What an engine computes of the frames stays while the window is open: a second question costs its own words.
    /// An engine that keeps nothing has the default, which asks anew for each question.
    ///
    /// - Parameters:
    ///   - input: the frames. Its prompt is not asked; when one question alone may come it says how long that is.
    ///   - asksAgain: whether more than one question may come. Without it an engine may let go of the frames' results.
    ///   - body: asks one question after another.
    /// - Throws: what `body` throws.
    func withWindow<Result: Sendable>(
        _ input: WindowInput, asksAgain: Bool,
        _ body: @Sendable (any OpenWindow) async throws -> Result
    ) async throws -> Result

    /// What the engine did so far beside answering; nil from an engine that does not count.
    var statistics: EngineStatistics? { get async }

    /// Gives back what the engine holds; no request follows.
    func shutDown() async
}

extension CaptionEngine {
    public var encoder: WindowEncoding? { nil }

    public var mediaForm: String? { nil }

    public func withWindow<Result: Sendable>(
        _ input: WindowInput, asksAgain: Bool,
        _ body: @Sendable (any OpenWindow) async throws -> Result
    ) async throws -> Result {
        try await body(ReshownWindow(engine: self, input: input))
    }

    public var statistics: EngineStatistics? { nil }
}

/// Makes a smaller form of a window's frames.
///
/// - Throws: ``ShotlistError``, which concerns this window alone.
public typealias WindowEncoding = @Sendable (WindowInput) throws -> WindowInput

/// Who answers.
public struct EngineIdentity: Sendable, Hashable {
    /// The model, such as `Qwen/Qwen2.5-VL-7B-Instruct` or a file's name.
    public let modelID: String
    /// The revision of its files: a commit or a content hash.
    public let modelRevision: String
    /// How the model's weights are kept, such as `q8_0`; nil when the engine does not know.
    public let modelPrecision: String?

    /// Makes an identity.
    public init(modelID: String, modelRevision: String, modelPrecision: String? = nil) {
        self.modelID = modelID
        self.modelRevision = modelRevision
        self.modelPrecision = modelPrecision
    }
}

/// One window to caption.
public struct CaptionRequest: Sendable {
    /// The frames with their spacing, and the prompt.
    public let input: WindowInput
    /// How to pick tokens.
    public let sampling: SamplingParameters
    /// The most tokens to answer with, at least 1.
    public let maxOutputTokens: Int

    /// Makes a request.
    public init(input: WindowInput, sampling: SamplingParameters, maxOutputTokens: Int) {
        self.input = input
        self.sampling = sampling
        self.maxOutputTokens = maxOutputTokens
    }
}

/// An engine's answer.
public struct CaptionAnswer: Sendable {
    /// The words, without surrounding white space; never empty where ``CaptionEngine/caption(_:)`` gives them.
    public let text: String
    /// How it stopped.
    public let finishReason: CaptionRecord.FinishReason
    /// Tokens of the prompt, the video's included.
    public let promptTokens: Int
    /// Tokens of the video alone.
    public let visionTokens: Int
    /// Tokens of the answer.
    public let outputTokens: Int
    /// Tokens of the prompt that were there from an earlier question or window and cost nothing.
    public let reusedTokens: Int
    /// Seconds in which the prompt was read, its frames included; nil from an engine that does not say.
    public let promptSeconds: Double?
    /// Seconds in which the answer was written; nil from an engine that does not say.
    public let outputSeconds: Double?

    /// The address of the server that answered; nil from an engine in this process.
    public let server: String?

    /// Makes an answer.
    public init(
        text: String, finishReason: CaptionRecord.FinishReason, promptTokens: Int, visionTokens: Int,
        outputTokens: Int, reusedTokens: Int = 0, promptSeconds: Double? = nil, outputSeconds: Double? = nil,
        server: String? = nil
    ) {
        self.server = server
        self.reusedTokens = reusedTokens
        self.text = text
        self.finishReason = finishReason
        self.promptTokens = promptTokens
        self.visionTokens = visionTokens
        self.outputTokens = outputTokens
        self.promptSeconds = promptSeconds
        self.outputSeconds = outputSeconds
    }
}
