import ShotlistCore

/// What a captioning stage asks of an engine before the first window.
public struct EngineSettings: Sendable, Hashable {
    /// The folder that holds models.
    public var modelDir: String
    /// The model.
    public var variant: ModelVariant
    /// How many windows the engine answers at once, at least 1.
    public var captionBatchSize: Int
    /// Whether encoded frames are kept for frames with the same pixels.
    public var usesMMCache: Bool
    /// The most tokens of a caption, at least 1.
    public var maxOutputTokens: Int
    /// Asks for 8-bit weights: `q8_0` of the embedded engine, FP8 on a server that has it.
    public var fp8: Bool
    /// What may be asked of a window after its first question, so that room for it can be planned.
    public var furtherQuestions: [FurtherQuestion] = []

    /// Makes settings.
    public init(
        modelDir: String, variant: ModelVariant, captionBatchSize: Int, maxOutputTokens: Int, fp8: Bool = false,
        usesMMCache: Bool = false
    ) {
        self.modelDir = modelDir
        self.variant = variant
        self.captionBatchSize = captionBatchSize
        self.maxOutputTokens = maxOutputTokens
        self.fp8 = fp8
        self.usesMMCache = usesMMCache
    }
}

/// A question that may follow a window's first one.
public struct FurtherQuestion: Sendable, Hashable {
    /// Its words, as far as they are known.
    public var text: String
    /// Tokens that it may have beside them: the first caption, where it repeats that.
    public var furtherTokens: Int

    /// Makes a question.
    public init(text: String, furtherTokens: Int = 0) {
        self.text = text
        self.furtherTokens = furtherTokens
    }
}

extension EngineSettings {
    /// Windows that wait beside those in the engine's batch, so that one can enter as soon as another leaves.
    static let windowsAhead = 2

    /// How many windows may be with the engine at once: those in its batch and those that wait for a place.
    public var windowsInFlight: Int { captionBatchSize + Self.windowsAhead }
}

/// Makes an engine: loads a model, or connects to a server.
///
/// - Throws: ``ShotlistError`` when there is no such model or it does not work; it ends the run.
public typealias EngineFactory = @Sendable (EngineSettings) async throws -> any CaptionEngine
