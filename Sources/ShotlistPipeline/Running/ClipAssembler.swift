import ShotlistCore
import ShotlistLedger

/// Brings windows back together into clips and clips into videos, in whatever order they come.
///
/// It holds what the records need and no frames.
actor ClipAssembler {
    private var clips: [Clip.ID: OpenClip] = [:]
    private var videos: [PathKey: OpenVideo] = [:]
    /// The variant whose captions are in videos' records; nil in a run that makes none.
    private let captionVariant: String?

    private struct OpenClip {
        var clip: Clip
        let ranges: [FrameRange]
        /// Whether the clip's own file is still to come.
        var awaitsFile = false
        var windows: [Window] = []
        var hasPreview = false
        var reason: WindowReason?
        /// Whether nothing is left to do of what has come.
        var isSettled = true
    }

    private struct OpenVideo {
        let file: VideoFile
        let video: Video
        let clipCount: Int
        let shared: SharedVideo?
        var digests: [Int: ClipDigest] = [:]
        /// Whether nothing is left to do of the clips that have come.
        var isSettled = true
    }

    init(captionVariant: String?) {
        self.captionVariant = captionVariant
    }

    /// Announces a video of which `clipCount` clips are made here; one without any is finished at once.
    func open(_ video: Video, file: VideoFile, clipCount: Int, shared: SharedVideo?) -> FinishedVideo? {
        guard clipCount > 0 else {
            return FinishedVideo(file: file, video: video, error: nil, clips: [], isSettled: true, shared: shared)
        }
        videos[PathKey(video.inputPath)] = OpenVideo(file: file, video: video, clipCount: clipCount, shared: shared)
        return nil
    }

    /// Announces a clip with its windows, and whether its own file comes after them; one without any is finished at
    /// once, for `reason`.
    ///
    /// - Parameter isSettled: false when something is left to do of it already.
    func open(
        _ clip: Clip, windows: [FrameRange], reason: WindowReason? = nil, awaitsFile: Bool = false,
        isSettled: Bool = true
    ) -> FinishedClip? {
        clips[clip.id] = OpenClip(
            clip: clip, ranges: windows, awaitsFile: awaitsFile, reason: reason, isSettled: isSettled)
        return finishIfComplete(clip.id)
    }

    /// Takes a clip whose own file has come, or will not: then it is not settled.
    func add(_ clip: Clip, isSettled: Bool = true) -> FinishedClip? {
        clips[clip.id]?.clip = clip
        clips[clip.id]?.awaitsFile = false
        if !isSettled { clips[clip.id]?.isSettled = false }
        return finishIfComplete(clip.id)
    }

    /// Takes a window that went through every stage.
    ///
    /// - Parameters:
    ///   - hadPreview: whether it has one.
    ///   - isSettled: whether nothing is left to do of it.
    func add(_ window: Window, hadPreview: Bool, isSettled: Bool) -> FinishedClip? {
        guard var open = clips[window.clipID] else { return nil }
        open.windows.append(window)
        open.hasPreview = open.hasPreview || hadPreview
        open.isSettled = open.isSettled && isSettled
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

    /// Takes a clip that is written, or could not be; gives its video when that was the last one.
    func add(_ finished: FinishedClip, isWritten: Bool) -> FinishedVideo? {
        let hasPreview = clips.removeValue(forKey: finished.clip.id)?.hasPreview ?? false
        return add(
            digest(of: finished, hasPreview: hasPreview), of: finished.clip, isSettled: finished.isSettled && isWritten)
    }

    /// Takes a clip that an earlier run has written; gives its video when that was the last one.
    func add(_ clip: Clip, _ outline: ClipOutline) -> FinishedVideo? {
        let digest = ClipDigest(
            name: clip.name, span: clip.span, isEncoded: outline.hasFile,
            hasPreview: outline.windows.contains(where: \.hasPreview),
            captions: outline.windows.map { ($0.range.description, $0.caption) },
            enhancedCaptions: outline.windows.map { ($0.range.description, $0.enhancedCaption) })
        return add(digest, of: clip, isSettled: true)
    }

    private func add(_ digest: ClipDigest, of clip: Clip, isSettled: Bool) -> FinishedVideo? {
        guard var open = videos[PathKey(clip.video.inputPath)] else { return nil }
        open.digests[clip.index] = digest
        open.isSettled = open.isSettled && isSettled
        guard open.digests.count == open.clipCount else {
            videos[PathKey(clip.video.inputPath)] = open
            return nil
        }
        videos[PathKey(clip.video.inputPath)] = nil
        let digests = open.digests.sorted { $0.key < $1.key }.map(\.value)
        return FinishedVideo(
            file: open.file, video: open.video, error: nil, clips: digests, isSettled: open.isSettled,
            shared: open.shared)
    }

    private func finishIfComplete(_ id: Clip.ID) -> FinishedClip? {
        guard let open = clips[id], open.windows.count == open.ranges.count, !open.awaitsFile else { return nil }
        return FinishedClip(
            clip: open.clip, windows: open.windows.sorted { $0.range.start < $1.range.start },
            status: open.reason == nil ? .success : .skipped, reason: open.reason, isSettled: open.isSettled)
    }

    /// The caption that videos' records tell of. A run that makes none tells of the one that there is, whichever variant
    /// made it.
    private func caption(of window: Window) -> String? {
        // What was asked for on purpose may be another variant's.
        captionVariant.flatMap { window.caption[$0] } ?? window.caption.min { $0.key < $1.key }?.value
    }

    private func digest(of finished: FinishedClip, hasPreview: Bool) -> ClipDigest {
        // The records of a video cannot say that a caption is outdated.
        ClipDigest(
            name: finished.clip.name, span: finished.clip.span, isEncoded: finished.clip.encoded != nil,
            hasPreview: hasPreview,
            captions: finished.windows.map { window in
                (window.range.description, window.isOutdated ? nil : caption(of: window))
            },
            enhancedCaptions: finished.windows.map { window in
                (window.range.description, window.isOutdated ? nil : window.enhancedCaption.first?.value)
            })
    }
}
