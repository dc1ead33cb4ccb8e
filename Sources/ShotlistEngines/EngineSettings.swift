import ShotlistCore

/// What a captioning stage asks of an engine before the first window.
public struct EngineSettings: Sendable, Hashable {
    /// The folder that holds models.
    public var modelDir: String
    /// The model.
    public var variant: ModelVariant
    /// How many windows may be with the engine at once, at least 1.
    public var captionBatchSize: Int
    /// The most tokens of a caption, at least 1.
    public var maxOutputTokens: Int
    /// Asks for 8-bit weights: `q8_0` of the embedded engine, FP8 on a server that has it.
    public var fp8: Bool

    /// Makes settings.
    public init(
        modelDir: String, variant: ModelVariant, captionBatchSize: Int, maxOutputTokens: Int, fp8: Bool = false
    ) {
        self.modelDir = modelDir
        self.variant = variant
        self.captionBatchSize = captionBatchSize
        self.maxOutputTokens = maxOutputTokens
        self.fp8 = fp8
    }
}

/// Makes an engine: loads a model, or connects to a server.
///
/// - Throws: ``ShotlistError`` when there is no such model or it does not work; it ends the run.
public typealias EngineFactory = @Sendable (EngineSettings) async throws -> any CaptionEngine
