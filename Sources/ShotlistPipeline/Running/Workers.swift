import AsyncAlgorithms
import ShotlistCore

/// Opens the videos one after another and hands on their clips.
struct ClipFeeder: Sendable {
    let shape: PipelineShape
    let context: RunContext
    let collector: Collector

    /// Feeds every clip of every file, then closes the channel.
    func feed(_ files: [VideoFile], to clips: AsyncChannel<Clip>) async throws {
        defer { clips.finish() }
        for file in files {
            try Task.checkCancellation()
            let video: Video
            do {
                video = try await context.pool.run { [source = shape.source] in try source.probe(file) }
            } catch let error as ShotlistError {
                try await collector.fail(file, error)
                continue
            }
            if let warning = shape.preview?.warning(for: video) { context.report(.warning(warning)) }
            for text in video.warnings.sorted(by: { $0.key < $1.key }) { context.report(.warning(text.value)) }
            let found = shape.splitter.clips(of: video)
            try await collector.open(video, file: file, clips: found.count)
            for clip in found { await clips.send(clip) }
        }
    }
}

/// Takes a clip through the clip stages and hands on its windows.
struct ClipWorker: Sendable {
    let shape: PipelineShape
    let context: RunContext
    let collector: Collector
    let threads: DecodingThreads

    /// Works on one clip until its last window is handed on and its own file is written.
    func work(on clip: Clip, handingTo windows: AsyncChannel<WindowItem>) async throws {
        var clip = clip
        // The last clip stage may leave its file to the pass that decodes the windows.
        for stage in shape.filesFromWindows == nil ? shape.clipStages[...] : shape.clipStages.dropLast() {
            try await keepingErrors(of: stage, in: &clip) { try await stage.process(&$0) }
        }
        guard let preparation = shape.preparation else {
            try await collector.open(clip, windows: [], reason: nil)
            return
        }
        let share = await threads.take(for: clip.video.metadata.size)
        defer { threads.giveBack(share) }
        try Task.checkCancellation()
        try await prepare(clip, by: preparation, threads: share.threads, handingTo: windows)
    }

    private func prepare(
        _ clip: Clip, by stage: CaptionPreparationStage, threads: Int, handingTo windows: AsyncChannel<WindowItem>
    ) async throws {
        var clip = clip
        let clipFile = shape.filesFromWindows?.clipFile(of: clip)
        let source: WindowSource
        do {
            source = try await context.pool.run { [clip] in
                try WindowSource(stage: stage, clip: clip, clipFile: clipFile, context: context, threads: threads)
            }
        } catch let error as ShotlistError {
            clip.errors[stage.name] = error.description
            if clipFile != nil, let writer = shape.filesFromWindows { clip.errors[writer.name] = error.description }
            try await collector.open(clip, windows: [], reason: WindowReason(error))
            return
        }
        guard !source.ranges.isEmpty else {
            let error = ShotlistError(
                .tooFewFrames, "The clip has \(clip.frames.count) frame(s), too few for a window.",
                remedy: "Use longer clips; a window needs 4 frames.")
            try await finishFile(of: &clip, by: source)
            try await collector.open(clip, windows: [], reason: WindowReason(error))
            return
        }
        if stage.verbose {
            context.logger.info("clip \(clip.name): \(clip.frames.count) frames, \(source.ranges.count) window(s)")
        }
        try await collector.open(clip, windows: source.ranges, reason: nil, awaitsFile: clipFile != nil)
        for index in source.ranges.indices {
            try Task.checkCancellation()
            let places = context.metrics.places
            places.moved(Window(clipID: clip.id, range: source.ranges[index]), to: .decoding)
            let window = try await context.pool.run { [metrics = context.metrics] in
                metrics.decodeSeconds.measure { source.window(at: index) }
            }
            places.moved(window, to: shape.windowStages.first?.waitingPlace ?? .writing)
            if let problem = source.clipFileProblem, problem.code == .diskFull { throw problem }
            await windows.send(WindowItem(clip: clip, window: window))
        }
        guard clipFile != nil else { return }
        try await finishFile(of: &clip, by: source)
        // What has come this far is written, also when the run is stopped meanwhile.
        try await Task { [clip] in try await collector.take(clip) }.value
    }

    private func finishFile(of clip: inout Clip, by source: WindowSource) async throws {
        guard let stage = shape.filesFromWindows else { return }
        try await keepingErrors(of: stage, in: &clip) { clip in
            clip.encoded = try await context.pool.run { try source.finishClipFile() }
        }
    }

    /// Does a stage's work on a clip; what goes wrong is kept with the clip, unless it ends the run.
    private func keepingErrors(
        of stage: any Stage, in clip: inout Clip, _ work: (inout Clip) async throws -> Void
    ) async throws {
        do {
            try await work(&clip)
        } catch let error as ShotlistError where error.code != .diskFull && error.code != .cancelled {
            clip.errors[stage.name] = error.description
            context.report(.warning("Clip \(clip.name): \(error)"))
        }
    }
}
