import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistModels

/// Captions windows with a vision-language model.
///
/// The parameters and their defaults are those of NeMo Curator's stage of this name; `engine` says what runs the
/// model. A caption is kept under the variant's name.
public struct CaptionGenerationStage: WindowStage {
    public let name = "caption_generation"
    /// What the engine is asked for.
    public let settings: EngineSettings
    /// The engine resizes the frames; the preparation stage must say the same.
    public let modelDoesPreprocess: Bool
    /// Asks the engine to work without a cache of encoded frames. The embedded engine of this release has none.
    public let disableMMCache: Bool
    /// Logs each caption.
    public let verbose: Bool
    private let makeEngine: EngineFactory
    private let state = StageState<Running>()

    private struct Running: Sendable {
        let engine: any CaptionEngine
        let context: RunContext
    }

    /// Makes a stage from names and numbers.
    ///
    /// - Parameters:
    ///   - modelDir: the folder that holds models.
    ///   - modelVariant: a variant's name or alias, such as `qwen`.
    ///   - captionBatchSize: windows that may be with the engine at once, at least 1.
    ///   - fp8: asks the engine for 8-bit weights. The embedded engine then takes `q8_0`; a model that is published
    ///     in 8 or 4 bits stays as it is.
    ///   - maxOutputTokens: the most tokens of a caption, at least 1.
    ///   - modelDoesPreprocess: the engine resizes the frames.
    ///   - disableMMCache: no cache of encoded frames.
    ///   - generateStage2Caption: a second pass that refines; not part of this release.
    ///   - stage2PromptText: the second pass's prompt; not part of this release.
    ///   - verbose: logs each caption.
    ///   - engine: what runs the model.
    /// - Throws: ``ShotlistError`` for an unknown variant, a number out of range, or what this release cannot do.
    public init(
        modelDir: String = "models/qwen", modelVariant: String = "qwen", captionBatchSize: Int = 16,
        fp8: Bool = false, maxOutputTokens: Int = 512, modelDoesPreprocess: Bool = false,
        disableMMCache: Bool = false, generateStage2Caption: Bool = false, stage2PromptText: String? = nil,
        verbose: Bool = false, engine: @escaping EngineFactory
    ) throws(ShotlistError) {
        guard !generateStage2Caption, stage2PromptText == nil else {
            throw ShotlistError(
                .notAvailable, "The second caption pass is not part of this release.",
                remedy: "Leave generate_stage2_caption and stage2_prompt_text out.")
        }
        try self.init(
            modelDir: modelDir, variant: ModelRegistry.standard.variant(modelVariant),
            captionBatchSize: captionBatchSize, fp8: fp8,
            maxOutputTokens: maxOutputTokens, modelDoesPreprocess: modelDoesPreprocess,
            disableMMCache: disableMMCache, verbose: verbose, engine: engine)
    }

    /// Makes a stage for a variant of your own.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a number out of range.
    public init(
        modelDir: String, variant: ModelVariant, captionBatchSize: Int = 16, fp8: Bool = false,
        maxOutputTokens: Int = 512, modelDoesPreprocess: Bool = false, disableMMCache: Bool = false,
        verbose: Bool = false, engine: @escaping EngineFactory
    ) throws(ShotlistError) {
        guard (1...4096).contains(captionBatchSize) else {
            throw ShotlistError(
                .invalidArgument, "The caption batch size is \(captionBatchSize).", remedy: "Give 1 to 4096.")
        }
        guard maxOutputTokens >= 1 else {
            throw ShotlistError(
                .invalidArgument, "A caption of at most \(maxOutputTokens) tokens cannot be made.",
                remedy: "Give 1 or more; 512 is the default.")
        }
        settings = EngineSettings(
            modelDir: modelDir, variant: variant, captionBatchSize: captionBatchSize,
            maxOutputTokens: maxOutputTokens, fp8: fp8)
        self.modelDoesPreprocess = modelDoesPreprocess
        self.disableMMCache = disableMMCache
        self.verbose = verbose
        makeEngine = engine
    }

    public var concurrency: Int { settings.windowsInFlight }

    public func setUp(_ context: RunContext) async throws {
        state.set(Running(engine: try await makeEngine(settings), context: context))
    }

    public func tearDown() async {
        await state.value?.engine.shutDown()
        state.set(nil)
    }

    public func process(_ window: inout Window, of clip: Clip) async throws {
        guard let running = state.value, let input = window.input else { return }
        window.input = nil
        guard window.status == .success else { return }
        let start = ContinuousClock.now
        let answer = try await running.engine.caption(
            CaptionRequest(
                input: input, sampling: settings.variant.sampling, maxOutputTokens: settings.maxOutputTokens))
        let elapsed = ContinuousClock.now - start
        keep(answer, of: input, seconds: elapsed / .seconds(1), in: &window, from: running.engine.identity)
        if verbose {
            running.context.logger.info(
                "clip \(clip.name) window \(window.range), \(settings.variant.name): \(answer.text)")
        }
    }

    private func keep(
        _ answer: CaptionAnswer, of input: WindowInput, seconds: Double, in window: inout Window,
        from engine: EngineIdentity
    ) {
        window.captionRecord = CaptionRecord(
            finishReason: answer.finishReason, promptTokens: answer.promptTokens, visionTokens: answer.visionTokens,
            outputTokens: answer.outputTokens, modelID: engine.modelID, modelRevision: engine.modelRevision,
            modelPrecision: engine.modelPrecision, promptHash: input.prompt.hash, seconds: seconds,
            promptSeconds: answer.promptSeconds, outputSeconds: answer.outputSeconds)
        guard answer.text.contains(where: { !$0.isWhitespace }) else {
            window.fail(
                ShotlistError(
                    .emptyCaption, "The model answered nothing.", remedy: "Try another prompt or another model."))
            return
        }
        window.caption[settings.variant.name] = answer.text
        window.flags += CaptionChecks.flags(of: answer.text)
        if answer.finishReason == .length {
            window.status = .truncated
            window.reason = WindowReason(
                code: "output_limit",
                message: "The caption reached the limit of \(settings.maxOutputTokens) tokens. "
                    + "Raise the limit to let the model finish.")
        }
    }
}
