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

    /// Works on one clip until its last window is handed on.
    func work(on clip: Clip, handingTo windows: AsyncChannel<WindowItem>) async throws {
        var clip = clip
        for stage in shape.clipStages {
            do {
                try await stage.process(&clip)
            } catch let error as ShotlistError where error.code != .diskFull && error.code != .cancelled {
                clip.errors[stage.name] = error.description
                context.report(.warning("Clip \(clip.name): \(error)"))
            }
        }
        guard let preparation = shape.preparation else {
            try await collector.open(clip, windows: [], reason: nil)
            return
        }
        try await prepare(clip, by: preparation, handingTo: windows)
    }

    private func prepare(
        _ clip: Clip, by stage: CaptionPreparationStage, handingTo windows: AsyncChannel<WindowItem>
    ) async throws {
        var clip = clip
        let source: WindowSource
        do {
            source = try await context.pool.run { [clip] in
                try WindowSource(
                    stage: stage, clip: clip, previewPlan: context.previewPlan, inputsAreRead: context.inputsAreRead,
                    threads: 1)
            }
        } catch let error as ShotlistError {
            clip.errors[stage.name] = error.description
            try await collector.open(clip, windows: [], reason: WindowReason(error))
            return
        }
        guard !source.ranges.isEmpty else {
            let error = ShotlistError(
                .tooFewFrames, "The clip has \(clip.frames.count) frame(s), too few for a window.",
                remedy: "Use longer clips; a window needs 4 frames.")
            try await collector.open(clip, windows: [], reason: WindowReason(error))
            return
        }
        if stage.verbose {
            context.logger.info("clip \(clip.name): \(clip.frames.count) frames, \(source.ranges.count) window(s)")
        }
        try await collector.open(clip, windows: source.ranges, reason: nil)
        for index in source.ranges.indices {
            try Task.checkCancellation()
            let window = try await context.pool.run { source.window(at: index) }
            await windows.send(WindowItem(clip: clip, window: window))
        }
    }
}
