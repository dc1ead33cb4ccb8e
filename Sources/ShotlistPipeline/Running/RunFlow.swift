import AsyncAlgorithms
import ShotlistCore

/// The steps of a run, one task for each, each with workers of its own; a step that throws cancels the others.
struct RunFlow: Sendable {
    let shape: PipelineShape
    let context: RunContext
    let collector: Collector
    let kept: KeptWindows
    let resume: Resume?

    /// How long a run waits before it looks again at what other runs work on.
    private static let pause = Duration.seconds(1)

    /// Works until the last window of the last file is written. What other runs work on it waits for, and goes on with what
    /// they leave.
    func run(over files: [VideoFile]) async throws {
        var files = files
        if let resume, let selection = resume.selection {
            files = try await keepOthers(files, selection, resume)
        } else {
            try await resume?.found(files)
            try await resume?.forget(files)
        }
        var held = try await pass(over: files)
        guard !held.isEmpty, let resume else { return }
        context.report(
            .note("Other runs work on \(held.count) video(s). This one waits, and goes on with what they leave."))
        while !held.isEmpty {
            while try await resume.areHeld(held) { try await Task.sleep(for: Self.pause) }
            held = try await pass(over: held)
        }
    }

    /// Works on files until the last window of them is written: nothing of this run waits for company when it begins to
    /// wait for other runs, which may wait for what it has.
    ///
    /// - Returns: those that other runs work on.
    private func pass(over files: [VideoFile]) async throws -> [VideoFile] {
        let held = StageState<[VideoFile]>()
        let clips = AsyncChannel<ClipItem>()
        let windows = (0...shape.windowStages.count).map { _ in AsyncChannel<WindowItem>() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let feeder = ClipFeeder(shape: shape, context: context, collector: collector, resume: resume)
                if let arriving = shape.source as? ArrivingVideos {
                    try await feeder.feed(arriving, to: clips)
                } else {
                    let rest = try await feeder.feed(files, to: clips)
                    held.set(rest)
                }
            }
            group.addTask {
                let worker = ClipWorker(
                    shape: shape, context: context, collector: collector, kept: kept, resume: resume,
                    threads: DecodingThreads(context.threads))
                try await workers(max(1, context.threads), from: clips, closing: windows[0]) { clip in
                    try await worker.work(on: clip, handingTo: windows[0])
                }
            }
            let steps = WindowSteps(shape: shape, context: context, collector: collector, kept: kept)
            for index in shape.windowStages.indices {
                group.addTask { try await steps.run(index, from: windows[index], to: windows[index + 1]) }
            }
            for _ in 0..<writers {
                group.addTask { try await write(from: windows[shape.windowStages.count]) }
            }
            try await group.finishTogether { context.stop() }
        }
        return held.value ?? []
    }

    /// Windows that are written at once: each waits for the disk, and those that wait together wait once.
    private var writers: Int {
        min(32, max(4, (shape.windowStages.last?.concurrency ?? 1) / 8))
    }

    private func write(from windows: AsyncChannel<WindowItem>) async throws {
        for await item in windows {
            // What has come this far is written, also when the run is stopped meanwhile.
            try await Task { try await collector.take(item) }.value
            if item.known != .nothing { kept.drop(item) }
        }
        try Task.checkCancellation()
    }
}
