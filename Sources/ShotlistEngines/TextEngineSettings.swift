/// What an enhancement stage asks of a text engine before the first caption.
public struct TextEngineSettings: Sendable, Hashable {
    /// The folder that holds models.
    public var modelDir: String
    /// The model by its name in the registry, aliases resolved.
    public var modelName: String
    /// How many captions the engine may rewrite at once, at least 1.
    public var batchSize: Int
    /// The most tokens of an enhanced caption, at least 1.
    public var maxOutputTokens: Int
    /// Asks for 8-bit weights: `q8_0` of the embedded engine, FP8 on a server that has it.
    public var fp8: Bool
    /// Whether the model is to run beside the one that captions, which is loaded and will need room to work in.
    /// Otherwise that one is gone, or will be when this one is loaded.
    public var isBesideCaptions: Bool

    /// Makes settings.
    public init(
        modelDir: String, modelName: String, batchSize: Int, maxOutputTokens: Int, fp8: Bool = false,
        isBesideCaptions: Bool = true
    ) {
        self.modelDir = modelDir
        self.modelName = modelName
        self.batchSize = batchSize
        self.maxOutputTokens = maxOutputTokens
        self.fp8 = fp8
        self.isBesideCaptions = isBesideCaptions
    }
}

/// Makes a text engine: loads a model, or connects to a server.
///
/// - Throws: ``ShotlistError`` when there is no such model or it does not work. With `out_of_memory` it says that the
///   model does not fit, which beside the one that captions is no failure: the two then take turns.
public typealias TextEngineFactory = @Sendable (TextEngineSettings) async throws -> any TextEngine

/// Brings what a text engine will need when it is loaded later, without taking memory for it, so that what is missing
/// is told before any work is done.
///
/// - Throws: ``ShotlistError`` when there is no such model; it ends the run.
public typealias TextEnginePreparation = @Sendable (TextEngineSettings) async throws -> Void

/// Tells who a text engine will be that is loaded later, as its ``TextEngine/identity`` will say; nil when nobody can tell
/// before.
///
/// - Throws: ``ShotlistError`` when there is no such model; it ends the run.
public typealias TextEngineIdentification = @Sendable (TextEngineSettings) async throws -> EngineIdentity?
