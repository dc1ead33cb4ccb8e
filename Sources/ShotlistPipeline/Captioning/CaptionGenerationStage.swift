import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistModels

/// Captions windows with a vision-language model.
///
/// The parameters and their defaults are those of NeMo Curator's stage of this name; `engine` says what runs the
/// model. A caption is kept under the variant's name. All questions about a window are asked while the engine holds it,
/// so that an engine that can computes its frames once.
public struct CaptionGenerationStage: WindowStage {
    public let name = "caption_generation"
    /// What the engine is asked for.
    public let settings: EngineSettings
    /// What is asked of each window beside its first question.
    public let passes: CaptionPasses
    /// The engine resizes the frames; the preparation stage must say the same.
    public let modelDoesPreprocess: Bool
    /// The engine keeps no encoded frames for frames with the same pixels.
    public var disableMMCache: Bool { !settings.usesMMCache }
    /// Logs each caption.
    public let verbose: Bool
    private let makeEngine: EngineFactory
    private let state = StageState<Running>()
    /// What engines did that have left in the middle of the run.
    private let earlier = StageState<EngineStatistics>()

    private struct Running: Sendable {
        let engine: any CaptionEngine
        let context: RunContext
    }

    /// Makes a stage from names and numbers.
    ///
    /// - Parameters:
    ///   - modelDir: the folder that holds models.
    ///   - modelVariant: a variant's name or alias, such as `qwen`.
    ///   - captionBatchSize: windows that the engine answers at once, 1 to 4096.
    ///   - fp8: asks the engine for 8-bit weights. The embedded engine then takes `q8_0`; a model that is published
    ///     in 8 or 4 bits stays as it is.
    ///   - maxOutputTokens: the most tokens of a caption, at least 1.
    ///   - modelDoesPreprocess: the engine resizes the frames.
    ///   - disableMMCache: no cache of encoded frames for frames with the same pixels.
    ///   - generateStage2Caption: a second pass that refines the caption of the first.
    ///   - stage2PromptText: the second pass's words in place of the built-in ones; the first caption follows them.
    ///   - namedPrompts: further questions about each window, each with a caption of its own.
    ///   - seed: 0 or more; the same seed gives the same captions as far as the engine repeats itself.
    ///   - retryFlagged: how often a question is asked again, with sampling changed a little, whose answer is empty,
    ///     cut off, repeating or a refusal; 0 to 100.
    ///   - verbose: logs each caption.
    ///   - engine: what runs the model.
    /// - Throws: ``ShotlistError`` for an unknown variant, a number out of range, a blank prompt, a text for a second
    ///   pass that is not asked for, or two prompts of one name.
    public init(
        modelDir: String = "models/qwen", modelVariant: String = "qwen", captionBatchSize: Int = 16,
        fp8: Bool = false, maxOutputTokens: Int = 512, modelDoesPreprocess: Bool = false,
        disableMMCache: Bool = false, generateStage2Caption: Bool = false, stage2PromptText: String? = nil,
        namedPrompts: [NamedPrompt] = [], seed: Int = 0, retryFlagged: Int = 0, verbose: Bool = false,
        engine: @escaping EngineFactory
    ) throws(ShotlistError) {
        try self.init(
            modelDir: modelDir, variant: ModelRegistry.standard.variant(modelVariant),
            captionBatchSize: captionBatchSize, fp8: fp8,
            maxOutputTokens: maxOutputTokens, modelDoesPreprocess: modelDoesPreprocess,
            disableMMCache: disableMMCache,
            passes: CaptionPasses(
                generateStage2Caption: generateStage2Caption, stage2PromptText: stage2PromptText,
                namedPrompts: namedPrompts, seed: seed, retryFlagged: retryFlagged),
            verbose: verbose, engine: engine)
    }

    /// Makes a stage for a variant of your own.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a number out of range.
    public init(
        modelDir: String, variant: ModelVariant, captionBatchSize: Int = 16, fp8: Bool = false,
        maxOutputTokens: Int = 512, modelDoesPreprocess: Bool = false, disableMMCache: Bool = false,
        passes: CaptionPasses = .one, verbose: Bool = false, engine: @escaping EngineFactory
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
        var settings = EngineSettings(
            modelDir: modelDir, variant: variant, captionBatchSize: captionBatchSize,
            maxOutputTokens: maxOutputTokens, fp8: fp8, usesMMCache: !disableMMCache)
        settings.furtherQuestions = passes.furtherQuestions(maxOutputTokens: maxOutputTokens)
        self.settings = settings
        self.passes = passes
        self.modelDoesPreprocess = modelDoesPreprocess
        self.verbose = verbose
        makeEngine = engine
    }

    public var concurrency: Int { settings.windowsInFlight }

    /// What runs the model; known after `setUp`.
    var engine: (any CaptionEngine)? { state.value?.engine }

    /// What makes a window small while it waits for the engine; known after `setUp`, nil when the engine has none.
    var encoder: WindowEncoding? { state.value?.engine.encoder }

    public func setUp(_ context: RunContext) async throws {
        state.set(Running(engine: try await makeEngine(settings), context: context))
    }

    public func contribute(to summary: inout RunSummary) async {
        guard let statistics = await statistics() else { return }
        if !statistics.servers.isEmpty { summary.servers = statistics.servers }
        guard settings.usesMMCache, statistics.servers.isEmpty else { return }
        summary.encodedBlocks = statistics.encodedBlocks
        summary.reusedBlocks = statistics.reusedBlocks
    }

    /// Gives the engine back for another model's turn; `setUp` brings a new one.
    func leave() async {
        let statistics = await statistics()
        await state.value?.engine.shutDown()
        state.set(nil)
        earlier.set(statistics)
    }

    public func tearDown() async {
        await state.value?.engine.shutDown()
        state.set(nil)
        earlier.set(nil)
    }

    /// What all engines of this run did so far; nil when none counts.
    private func statistics() async -> EngineStatistics? {
        let counted = [earlier.value, await state.value?.engine.statistics].compactMap(\.self)
        guard var sum = counted.first else { return nil }
        for more in counted.dropFirst() {
            sum.encodedBlocks += more.encodedBlocks
            sum.reusedBlocks += more.reusedBlocks
            sum.servers = ServerStatistics.joined(sum.servers + more.servers)
        }
        return sum
    }

    public func process(_ window: inout Window, of clip: Clip) async throws {
        guard let running = state.value, let input = window.input else { return }
        window.input = nil
        guard window.status == .success else { return }
        let captions = try await captions(of: input, in: window.id, from: running)
        captions.keep(in: &window, hasTwoPasses: passes.stage2 != nil)
        running.context.metrics.measureCaptions(of: window)
        guard verbose else { return }
        for line in captions.lines {
            running.context.logger.info(
                "clip \(clip.name) window \(window.range), \(settings.variant.name)\(line)",
                metadata: ["trace_id": "\(window.traceID)"])
        }
    }

    private func captions(
        of input: WindowInput, in window: Window.ID, from running: Running
    ) async throws -> WindowCaptions {
        let content = try await running.context.pool.run { input.contentHash }
        let interview = WindowInterview(
            settings: settings, passes: passes, engine: running.engine.identity, prompt: input.prompt,
            seed: CaptionSeed(seed: passes.seed, content: content))
        do {
            let context = running.context
            context.report(.windowAsked(window, settings: context.answerSettings.value ?? ""))
            return try await running.engine.withWindow(input, asksAgain: passes.asksAgain) { window in
                try await interview.outcomes(from: window)
            }
        } catch let error as ShotlistError where !error.endsRun {
            // The window could not be shown at all, so that none of its questions was asked.
            return interview.outcomes(failingWith: error)
        }
    }
}
