import AsyncAlgorithms
import ShotlistCore
import ShotlistEngines

/// The window stages of a run, each as a step of its own.
struct WindowSteps: Sendable {
    private let shape: PipelineShape
    private let context: RunContext
    private let collector: Collector
    private let kept: KeptWindows
    /// Whose turn it is, where captions are enhanced after they are made.
    private let gate: TurnGate?

    init(shape: PipelineShape, context: RunContext, collector: Collector, kept: KeptWindows) {
        self.shape = shape
        self.context = context
        self.collector = collector
        self.kept = kept
        guard let captions = shape.generation, shape.enhancement?.comesAfterCaptions == true else {
            gate = nil
            return
        }
        gate = TurnGate {
            try await captions.setUp(context)
            context.report(.note("'\(captions.settings.variant.name)' is back and goes on."))
        }
    }

    /// Runs the stage at `index` until its channel ends.
    func run(
        _ index: Int, from input: AsyncChannel<WindowItem>, to output: AsyncChannel<WindowItem>
    ) async throws {
        let stage = shape.windowStages[index]
        let next = shape.windowStages.dropFirst(index + 1).first?.waitingPlace ?? .writing
        if let gate, let enhancement = stage as? CaptionEnhancementStage, let captions = shape.generation {
            // A stage that follows may read the preview.
            let isLast = index == shape.windowStages.count - 1
            let rounds = EnhancementRounds(
                stage: enhancement, captions: captions, gate: gate, kept: kept, context: context,
                collector: isLast ? collector : nil, next: next)
            return try await rounds.run(from: input, to: output)
        }
        let step = WindowStep(
            stage: stage, comesAfterCaptions: index > (captioning ?? .max),
            gate: stage is CaptionGenerationStage ? gate : nil, keeper: index == captioning ? keeper : nil,
            streak: stage is CaptionGenerationStage ? FailureStreak(inFlight: stage.concurrency) : nil,
            kept: index >= firstKept ? kept : nil, keepsUnfinished: index > firstKept,
            room: index == captioning ? context.room : nil, places: context.metrics.places, next: next)
        guard let encoder = (stage as? CaptionGenerationStage)?.encoder else {
            return try await step.run(from: input, to: output)
        }
        let encoded = AsyncChannel<WindowItem>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await encode(by: encoder, from: input, to: encoded) }
            group.addTask { try await step.run(from: encoded, to: output) }
            try await group.finishTogether()
        }
    }

    /// Makes windows small before they wait in hundreds for an engine elsewhere: as few at once as there are threads, since each
    /// holds all its pixels until then.
    private func encode(
        by encoder: @escaping WindowEncoding, from input: AsyncChannel<WindowItem>, to output: AsyncChannel<WindowItem>
    ) async throws {
        try await workers(context.threads, from: input, closing: output) { item in
            var item = item
            if item.window.status == .success, let frames = item.window.input {
                item.window.input = nil
                do {
                    item.window.input = try await context.room.writing {
                        try await context.pool.run { try encoder(frames) }
                    }
                    // The record names the frames that were shown, and no others.
                    if item.window.input?.encoded?.isSampledElsewhere == true { item.window.shown = nil }
                } catch let error as ShotlistError where !error.endsRun {
                    item.window.fail(error)
                }
            }
            await output.send(item)
        }
    }

    /// The place of the stage that captions.
    private var captioning: Int? {
        shape.windowStages.firstIndex { $0 is CaptionGenerationStage }
    }

    /// The stage from which on a stop must lose no window: the one that captions, or else the last.
    private var firstKept: Int {
        captioning ?? shape.windowStages.count - 1
    }

    /// Keeps a caption before it is enhanced, which may be much later; nil where none is.
    private var keeper: (@Sendable (WindowItem) async throws -> Void)? {
        guard shape.enhancement != nil else { return nil }
        return { [collector] item in try await collector.keepCaption(item) }
    }
}
