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
        let files = try await shape.source.files()
        let pool = BlockingPool(threads: options.threads + 1)
        let cancellation = CancellationFlag()
        let writer = shape.sink as? ClipWriterStage
        let room = DiskRoom(
            folder: writer?.dryRun == false ? writer?.workFolder : nil, policy: options.disk,
            cancellation: cancellation, pool: pool, report: options.onEvent)
        let staging: StagingFolder
        do {
            staging = try await withTaskCancellationHandler {
                try await room.writing { try StagingFolder(shape.sink?.stagingFolder) }
            } onCancel: {
                cancellation.set()
            }
        } catch {
            await pool.shutDown()
            throw error
        }
        let media = options.isolation.reading(
            decoder: options.decoder, encodesOnCard: shape.encodesOnCard, threads: options.threads,
            folder: staging.url.path,
            warn: { [report = options.onEvent] in report(.warning($0)) })
        let context = RunContext(
            threads: options.threads, decoder: options.decoder, media: media, limits: options.limits, pool: pool,
            cancellation: cancellation, stagingFolder: staging.url, logger: options.logger, room: room,
            metrics: RunMetrics(options.metrics), previewPlan: shape.preview?.plan, inputsAreRead: shape.inputsAreRead,
            report: options.onEvent, wantsCopy: options.wantsCopy,
            captionVariant: shape.generation?.settings.variant.name, joins: options.resume.join,
            share: writer?.share ?? .whole,
            program: options.program)
        let result: Result<RunSummary, any Error>
        do {
            result = .success(try await setUpAndWork(files, context))
        } catch {
            result = .failure(error)
        }
        await uncancelled {
            // What could not be told is told by its absence: a run without an end was killed.
            _ = try? await shape.sink?.runLedger?.end(result.ending)
            for stage in shape.all.reversed() { await stage.tearDown() }
            _ = try? await pool.run { media.shutDown() }
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
            // Before a model is loaded for nothing.
            try await context.pool.run { try context.media.start() }
            for stage in shape.all { try await stage.setUp(context) }
            let resume = try await shape.sink?.runLedger?.begin(shape, options.resume, options.command, context)
            guard resume != nil || options.resume.onlyWindows == nil else {
                throw ShotlistError(
                    .invalidArgument,
                    "Windows can be selected in an output with a ledger alone, and this run has none.",
                    remedy: "Write into the output that has the windows.")
            }
            try resume?.selection?.refuseOthers(files)
            return try await work(files, context, resume)
        } onCancel: {
            context.stop()
        }
    }

    private func work(_ files: [VideoFile], _ context: RunContext, _ resume: Resume?) async throws -> RunSummary {
        let start = ContinuousClock.now
        let collector = Collector(
            shape: shape, context: context, resume: resume, onClip: onClip, videos: files.count)
        let kept = KeptWindows()
        if let problem = options.decoder.problem { options.onEvent(.warning(problem)) }
        context.metrics.found(videos: files.count)
        options.onEvent(.started(videos: files.count, bytes: files.reduce(0) { $0 + $1.sizeInBytes }))
        var isCancelled = false
        var ending: (any Error)?
        do {
            try await RunFlow(
                shape: shape, context: context, collector: collector, kept: kept, resume: resume
            ).run(over: files)
        } catch is CancellationError {
            isCancelled = true
        } catch let error as ShotlistError where error.code == .cancelled {
            isCancelled = true
        } catch let error as ShotlistError where error.code == .diskFull && Task.isCancelled {
            options.onEvent(.warning("\(error.message) What was on its way is lost and is done again by the next run."))
            isCancelled = true
        } catch {
            ending = error
        }
        if let ending {
            // What ends a run must not cost the captions that it has, nor the account of them. What went wrong first is
            // what is told.
            try? await settle(kept, by: collector)
            _ = try? await account(of: collector, since: start, cancelled: true)
            throw ending
        }
        if isCancelled {
            try await unlessFull("What was on its way is lost and is done again by the next run.", context) {
                try await settle(kept, by: collector)
            }
        }
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
            let whole = summary
            guard cancelled else {
                try await shape.sink?.take(whole)
                return whole
            }
            try await unlessFull("There is no summary of this run.", collector.context) {
                try await shape.sink?.take(whole)
            }
            return whole
        }.value
    }

    /// Lets a stopped run write what it has. That a full disk keeps it from that is said, and does not make another end of
    /// it.
    private func unlessFull(
        _ consequence: String, _ context: RunContext, _ body: () async throws -> Void
    ) async throws {
        do {
            try await body()
        } catch let error as ShotlistError where error.code == .diskFull {
            context.report(.warning("\(error.message) \(consequence)"))
        }
    }

    /// Writes the captions that were on their way when the run was stopped, and the clips that are done in part: several
    /// clips at once, since thousands may be waiting.
    private func settle(_ kept: KeptWindows, by collector: Collector) async throws {
        try await Task { [enhancement = shape.enhancement, width = options.threads + 1] in
            try await forEach(kept.takeAll(), width: width) { windows in
                for var item in windows {
                    guard await collector.isWaiting(for: item) else { continue }
                    if item.known != .answer { enhancement?.leaveOut(&item.window) }
                    try await collector.take(item)
                }
            }
            try await collector.closeOpenClips()
        }.value
    }
}

extension Result where Success == RunSummary {
    /// How a run ended, in a word, as the ledger keeps it.
    fileprivate var ending: String {
        switch self {
        case .success(let summary): summary.cancelled ? "cancelled" : "done"
        case .failure: "failed"
        }
    }
}
