import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistModels

/// Lets a text model rewrite the captions of windows.
///
/// The parameters and their defaults are those of NeMo Curator's stage of this name; `engine` says what runs the
/// model. It comes after a ``CaptionGenerationStage`` and reads its caption; a window without one is left alone. An
/// enhancement that fails is said on the window and costs nothing else: the caption stays.
///
/// When the text model does not fit into memory beside the one that captions, the two take turns: captions wait, in
/// rounds of `roundSize` windows, until the one model has left and the other has come.
public struct CaptionEnhancementStage: WindowStage {
    public let name = "caption_enhancement"
    /// The text model; enhanced captions are kept under its name.
    public let model: ModelSpec
    /// What it is told to do with a caption.
    public let prompt: EnhancementPrompt
    /// What the engine is asked for.
    public let settings: TextEngineSettings
    /// Where the model runs.
    public let placement: EnhancementPlacement
    /// The most captions that wait while the models take turns, at least 1.
    public let roundSize: Int
    /// From this and a caption's text its sampler is seeded.
    public let seed: Int
    /// Logs each enhanced caption.
    public let verbose: Bool
    let makeEngine: TextEngineFactory
    let prepare: TextEnginePreparation
    let identify: TextEngineIdentification
    let state = StageState<Running>()

    /// What the stage keeps of a run.
    struct Running: Sendable {
        let context: RunContext
        /// Nil while the model is not loaded.
        var engine: (any TextEngine)?
        /// Whether the models take turns.
        let comesAfterCaptions: Bool
        /// Who enhances, or will; nil when nobody can tell before the model is loaded.
        let identity: EngineIdentity?
    }

    /// Makes a stage from names and numbers.
    ///
    /// - Parameters:
    ///   - modelDir: the folder that holds models.
    ///   - modelVariant: a text model's name or alias; `qwen` is `qwen_lm`.
    ///   - promptVariant: the built-in prompt, when `promptText` is nil.
    ///   - promptText: the user's own prompt.
    ///   - modelBatchSize: captions that may be with the engine at once, 1 to 4096.
    ///   - fp8: asks the engine for 8-bit weights; the embedded engine then takes `q8_0`.
    ///   - maxOutputTokens: the most tokens of an enhanced caption, at least 1.
    ///   - verbose: logs each enhanced caption.
    ///   - seed: 0 or more; from this and a caption's text its sampler is seeded.
    ///   - placement: where the model runs.
    ///   - roundSize: the most captions that wait while the models take turns, at least 1.
    ///   - prepare: called before the first window, in place of `engine` where the model is loaded later.
    ///   - identify: tells who will answer, where the model is loaded later; by it earlier runs' texts are known.
    ///   - engine: what runs the model; called again each time the model comes back.
    /// - Throws: ``ShotlistError`` for an unknown model, a blank prompt or a number out of range.
    public init(
        modelDir: String = "models/qwen", modelVariant: String = "qwen",
        promptVariant: EnhancementPromptVariant = .default, promptText: String? = nil, modelBatchSize: Int = 128,
        fp8: Bool = false, maxOutputTokens: Int = 512, verbose: Bool = false, seed: Int = 0,
        placement: EnhancementPlacement = .automatic, roundSize: Int = 4096,
        prepare: @escaping TextEnginePreparation = { _ in },
        identify: @escaping TextEngineIdentification = { _ in nil }, engine: @escaping TextEngineFactory
    ) throws(ShotlistError) {
        try self.init(
            modelDir: modelDir, model: ModelRegistry.standard.model(modelVariant, kind: .text),
            prompt: EnhancementPrompt(variant: promptVariant, text: promptText), modelBatchSize: modelBatchSize,
            fp8: fp8, maxOutputTokens: maxOutputTokens, verbose: verbose, seed: seed, placement: placement,
            roundSize: roundSize, prepare: prepare, identify: identify, engine: engine)
    }

    /// Makes a stage for a text model of your own.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a number out of range or a model that is not one of text.
    public init(
        modelDir: String, model: ModelSpec, prompt: EnhancementPrompt, modelBatchSize: Int = 128, fp8: Bool = false,
        maxOutputTokens: Int = 512, verbose: Bool = false, seed: Int = 0,
        placement: EnhancementPlacement = .automatic, roundSize: Int = 4096,
        prepare: @escaping TextEnginePreparation = { _ in },
        identify: @escaping TextEngineIdentification = { _ in nil }, engine: @escaping TextEngineFactory
    ) throws(ShotlistError) {
        func check(_ isGood: Bool, _ message: String, _ remedy: String) throws(ShotlistError) {
            guard isGood else { throw ShotlistError(.invalidArgument, message, remedy: remedy) }
        }
        try check(
            model.kind == .text, "The model '\(model.name)' sees pictures, and enhancement is of text alone.",
            "Name a text model.")
        try check(
            (1...4096).contains(modelBatchSize), "The enhancement batch size is \(modelBatchSize).",
            "Give 1 to 4096.")
        try check(
            maxOutputTokens >= 1, "An enhanced caption of at most \(maxOutputTokens) tokens cannot be made.",
            "Give 1 or more; 512 is the default.")
        try check(
            seed >= 0, "The enhancement's seed is \(seed).", "Give 0 or more; the same seed gives the same texts.")
        try check(roundSize >= 1, "A round of \(roundSize) captions cannot be.", "Give 1 or more; 4096 is the default.")
        settings = TextEngineSettings(
            modelDir: modelDir, modelName: model.name, batchSize: modelBatchSize, maxOutputTokens: maxOutputTokens,
            fp8: fp8)
        self.model = model
        self.prompt = prompt
        self.placement = placement
        self.roundSize = roundSize
        self.seed = seed
        self.verbose = verbose
        self.prepare = prepare
        self.identify = identify
        makeEngine = engine
    }

    public var concurrency: Int { settings.batchSize }

    public func contribute(to summary: inout RunSummary) async {
        let servers = await state.value?.engine?.statistics?.servers ?? []
        if !servers.isEmpty { summary.enhancementServers = servers }
    }

    public func process(_ window: inout Window, of clip: Clip) async throws {
        guard let running = state.value, let engine = running.engine, let caption = caption(of: window) else { return }
        let enhancer = Enhancer(stage: self, engine: engine)
        try await enhancer.enhance(&window, caption: caption)
        running.context.metrics.measureEnhancement(of: window)
        if verbose, let text = window.enhancedCaption[model.name] {
            running.context.logger.info(
                "clip \(clip.name) window \(window.range), \(model.name): \(text)",
                metadata: ["trace_id": "\(window.traceID)"])
        }
    }

    /// The caption to rewrite; nil where there is none, where it is rewritten already, or where the window has failed.
    func caption(of window: Window) -> String? {
        guard window.status == .success || window.status == .truncated, window.enhancementRecord == nil else {
            return nil
        }
        return state.value?.context.captionVariant.flatMap { window.caption[$0] }
    }
}
