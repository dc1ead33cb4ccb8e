import ShotlistCore
import ShotlistLedger

/// What an earlier run has done, and is only counted.
extension Collector {
    /// Keeps a video of which nothing is left to do.
    func keep(_ file: VideoFile, _ totals: SourceTotals) async {
        let hasPreviews = context.previewPlan != nil
        await tally.update { summary in
            summary.keptVideos += 1
            summary.add(totals, hasPreviews: hasPreviews)
        }
        context.metrics.countKept(windows: totals.windows)
        context.report(.videoKept(file, clips: totals.clips, windows: totals.windows))
    }

    /// Keeps a video that an earlier run could not read, and that is as it was.
    func keep(_ file: VideoFile, failedFor reason: WindowReason) async {
        // The sentence has its remedy in it already.
        let error = ShotlistError(ShotlistError.Code(rawValue: reason.code) ?? .unreadable, reason.message)
        await tally.update { summary in
            summary.keptVideos += 1
            summary.failedVideos[file.inputPath] = error.description
        }
        context.metrics.count(FinishedVideo(file: file, video: nil, error: error, clips: [], isSettled: true))
        context.report(.videoFailed(file, error))
    }

    /// Counts clips of which nothing is left to do, of a video that is worked on.
    func keep(_ totals: SourceTotals) async {
        let hasPreviews = context.previewPlan != nil
        await tally.update { $0.add(totals, hasPreviews: hasPreviews) }
        context.metrics.countKept(windows: totals.windows)
    }

    /// Keeps a clip of which nothing is left to do, which is counted with others.
    func keep(_ clip: Clip, _ outline: ClipOutline) async throws {
        context.report(.clipKept(clip, windows: outline.windows.count))
        if let video = await assembler.add(clip, outline) { try await finish(video) }
    }

    /// Keeps a window of which nothing is left to do, of a clip that is worked on.
    func keep(_ window: Window, of clip: Clip) async throws {
        let hasPreview = window.hasPreview
        let isCounted = hasPreview && context.previewPlan != nil
        await tally.update { summary in
            summary.add(window, known: .answer)
            if isCounted { summary.previews += 1 }
        }
        context.metrics.count(window, known: .answer, hasPreview: false)
        context.report(.windowKept(window, clip: clip))
        let finished = await assembler.add(
            window, hadPreview: hasPreview, isSettled: !window.isOutdated && !window.wasLeftOut)
        if let finished { try await finish(finished) }
    }
}
