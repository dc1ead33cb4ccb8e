import AsyncAlgorithms
import Foundation
import Logging
import ShotlistCore

/// Runs the stages of one pipeline once.
///
/// Clips flow through a channel to a few workers, which cut them and decode their windows; windows flow from channel
/// to channel through the window stages' workers and end at the collector. A channel holds nothing: a hand-over waits
/// until someone takes it, so what is in memory is bounded by the number of workers.
struct Runner: Sendable {
    let shape: PipelineShape
    let options: RunOptions
    let onClip: @Sendable (FinishedClip) async throws -> Void

    /// Runs to the end, or until the task is cancelled, and tears everything down.
    func run() async throws -> RunSummary {
        let files = try shape.source.files()
        let staging = try StagingFolder(shape.sink?.stagingFolder)
        let pool = BlockingPool(threads: options.threads + 1)
        let context = RunContext(
            threads: options.threads, decoder: options.decoder, pool: pool, cancellation: CancellationFlag(),
            stagingFolder: staging.url,
            logger: options.logger, metrics: RunMetrics(options.metrics), previewPlan: shape.preview?.plan,
            inputsAreRead: shape.inputsAreRead,
            report: options.onEvent,
            captionVariant: shape.generation?.settings.variant.name)
        let result: Result<RunSummary, any Error>
        do {
            result = .success(try await setUpAndWork(files, context))
        } catch {
            result = .failure(error)
        }
        await uncancelled {
            for stage in shape.all.reversed() { await stage.tearDown() }
            await pool.shutDown()
        }
        context.metrics.places.clear()
        staging.remove()
        return try result.get()
    }

    /// Runs what must be done at the end of a cancelled run, too, where calls would give up at once.
    private func uncancelled(_ body: @escaping @Sendable () async -> Void) async {
        await Task { await body() }.value
    }

    private func setUpAndWork(_ files: [VideoFile], _ context: RunContext) async throws -> RunSummary {
        try await withTaskCancellationHandler {
            for stage in shape.all { try await stage.setUp(context) }
            return try await work(files, context)
        } onCancel: {
            context.cancellation.set()
        }
    }

    private func work(_ files: [VideoFile], _ context: RunContext) async throws -> RunSummary {
        let start = ContinuousClock.now
        let collector = Collector(shape: shape, context: context, onClip: onClip, videos: files.count)
        let kept = KeptWindows()
        if let problem = options.decoder.problem { options.onEvent(.warning(problem)) }
        context.metrics.found(videos: files.count)
        options.onEvent(.started(videos: files.count, bytes: files.reduce(0) { $0 + $1.sizeInBytes }))
        var isCancelled = false
        var ending: (any Error)?
        do {
            try await flow(files, context, collector, kept)
        } catch is CancellationError {
            isCancelled = true
        } catch let error as ShotlistError where error.code == .cancelled {
            isCancelled = true
        } catch {
            ending = error
        }
        if let ending {
            // What ends a run must not cost the captions that it has, nor the account of them, unless there is no disk to
            // write them to. What went wrong first is what is told.
            guard (ending as? ShotlistError)?.code != .diskFull else { throw ending }
            try? await settle(kept, by: collector)
            _ = try? await account(of: collector, since: start, cancelled: true)
            throw ending
        }
        if isCancelled { try await settle(kept, by: collector) }
        return try await account(of: collector, since: start, cancelled: isCancelled || Task.isCancelled)
    }

    /// The run's summary, which is written, too.
    private func account(
        of collector: Collector, since start: ContinuousClock.Instant, cancelled: Bool
    ) async throws -> RunSummary {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let counts = await collector.finish(seconds: seconds, cancelled: cancelled)
        // A task of its own, since a cancelled run has a summary, too.
        return try await Task { [shape] in
            var summary = counts
            for stage in shape.all { await stage.contribute(to: &summary) }
            try await shape.sink?.take(summary)
            return summary
        }.value
    }

    /// Writes the captions that were on their way when the run was stopped, and the clips that are done in part: several
    /// clips at once, since thousands may be waiting.
    private func settle(_ kept: KeptWindows, by collector: Collector) async throws {
        try await Task { [enhancement = shape.enhancement, width = options.threads + 1] in
            try await forEach(kept.takeAll(), width: width) { windows in
                for var item in windows {
                    guard await collector.isWaiting(for: item) else { continue }
                    enhancement?.leaveOut(&item.window)
                    try await collector.take(item)
                }
            }
            try await collector.closeOpenClips()
        }.value
    }

    /// One task for each step, each with workers of its own; a step that throws cancels the others.
    private func flow(
        _ files: [VideoFile], _ context: RunContext, _ collector: Collector, _ kept: KeptWindows
    ) async throws {
        let clips = AsyncChannel<Clip>()
        let windows = (0...shape.windowStages.count).map { _ in AsyncChannel<WindowItem>() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await ClipFeeder(shape: shape, context: context, collector: collector).feed(files, to: clips)
            }
            group.addTask {
                let worker = ClipWorker(
                    shape: shape, context: context, collector: collector, threads: DecodingThreads(context.threads))
                try await workers(max(1, context.threads), from: clips, closing: windows[0]) { clip in
                    try await worker.work(on: clip, handingTo: windows[0])
                }
            }
            let steps = WindowSteps(shape: shape, context: context, collector: collector, kept: kept)
            for index in shape.windowStages.indices {
                group.addTask { try await steps.run(index, from: windows[index], to: windows[index + 1]) }
            }
            group.addTask {
                for await item in windows[shape.windowStages.count] {
                    // What has come this far is written, also when the run is stopped meanwhile.
                    try await Task { try await collector.take(item) }.value
                }
                try Task.checkCancellation()
            }
            try await group.finishTogether { context.cancellation.set() }
        }
    }
}
