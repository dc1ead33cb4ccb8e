import ShotlistCore

/// Brings windows back together into clips and clips into videos, in whatever order they come.
///
/// It holds what the records need and no frames.
actor ClipAssembler {
    private var clips: [Clip.ID: OpenClip] = [:]
    private var videos: [String: OpenVideo] = [:]
    private let captionVariant: String?

    private struct OpenClip {
        var clip: Clip
        let ranges: [FrameRange]
        /// Whether the clip's own file is still to come.
        var awaitsFile = false
        var windows: [Window] = []
        var hasPreview = false
        var reason: WindowReason?
    }

    private struct OpenVideo {
        let file: VideoFile
        let video: Video
        let clipCount: Int
        var digests: [Int: ClipDigest] = [:]
    }

    init(captionVariant: String?) {
        self.captionVariant = captionVariant
    }

    /// Announces a video with `clipCount` clips; one without any is finished at once.
    func open(_ video: Video, file: VideoFile, clipCount: Int) -> FinishedVideo? {
        guard clipCount > 0 else { return FinishedVideo(file: file, video: video, error: nil, clips: []) }
        videos[video.inputPath] = OpenVideo(file: file, video: video, clipCount: clipCount)
        return nil
    }

    /// Announces a clip with its windows, and whether its own file comes after them; one without any is finished at
    /// once, for `reason`.
    func open(
        _ clip: Clip, windows: [FrameRange], reason: WindowReason? = nil, awaitsFile: Bool = false
    ) -> FinishedClip? {
        clips[clip.id] = OpenClip(clip: clip, ranges: windows, awaitsFile: awaitsFile, reason: reason)
        return finishIfComplete(clip.id)
    }

    /// Takes a clip whose own file has come, or will not.
    func add(_ clip: Clip) -> FinishedClip? {
        clips[clip.id]?.clip = clip
        clips[clip.id]?.awaitsFile = false
        return finishIfComplete(clip.id)
    }

    /// Takes a window that went through every stage; `hadPreview` says whether one was drawn.
    func add(_ window: Window, hadPreview: Bool) -> FinishedClip? {
        guard var open = clips[window.clipID] else { return nil }
        open.windows.append(window)
        open.hasPreview = open.hasPreview || hadPreview
        clips[window.clipID] = open
        return finishIfComplete(window.clipID)
    }

    /// Whether a window has been announced and has not come.
    func isWaiting(for window: Window) -> Bool {
        guard let open = clips[window.clipID] else { return false }
        return open.ranges.contains(window.range) && !open.windows.contains { $0.range == window.range }
    }

    /// Clips of which some windows have come and that are not written, with the windows that have not, in order.
    func openClips() -> [(clip: Clip, missing: [FrameRange], awaitsFile: Bool)] {
        let open = clips.values.filter { !$0.windows.isEmpty }
        let ordered = open.sorted {
            ($0.clip.video.inputPath, $0.clip.index) < ($1.clip.video.inputPath, $1.clip.index)
        }
        return ordered.map { open in
            let come = Set(open.windows.map(\.range))
            return (open.clip, open.ranges.filter { !come.contains($0) }, open.awaitsFile)
        }
    }

    /// Takes a clip that is written; gives its video when that was the last one.
    func add(_ finished: FinishedClip) -> FinishedVideo? {
        let clip = finished.clip
        let hasPreview = clips.removeValue(forKey: clip.id)?.hasPreview ?? false
        guard var open = videos[clip.video.inputPath] else { return nil }
        open.digests[clip.index] = digest(of: finished, hasPreview: hasPreview)
        guard open.digests.count == open.clipCount else {
            videos[clip.video.inputPath] = open
            return nil
        }
        videos[clip.video.inputPath] = nil
        let digests = open.digests.sorted { $0.key < $1.key }.map(\.value)
        return FinishedVideo(file: open.file, video: open.video, error: nil, clips: digests)
    }

    private func finishIfComplete(_ id: Clip.ID) -> FinishedClip? {
        guard let open = clips[id], open.windows.count == open.ranges.count, !open.awaitsFile else { return nil }
        return FinishedClip(
            clip: open.clip, windows: open.windows.sorted { $0.range.start < $1.range.start },
            status: open.reason == nil ? .success : .skipped, reason: open.reason)
    }

    private func digest(of finished: FinishedClip, hasPreview: Bool) -> ClipDigest {
        ClipDigest(
            name: finished.clip.name, span: finished.clip.span, isEncoded: finished.clip.encoded != nil,
            hasPreview: hasPreview,
            captions: finished.windows.map { window in
                (window.range.description, captionVariant.flatMap { window.caption[$0] })
            },
            enhancedCaptions: finished.windows.map { ($0.range.description, $0.enhancedCaption.first?.value) })
    }
}
