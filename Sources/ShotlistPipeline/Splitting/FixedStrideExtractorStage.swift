import ShotlistCore

/// Cuts a video into clips of one length at even distances, as NeMo Curator does.
///
/// Clips start at 0, `clipStrideS`, 2 `clipStrideS` ... seconds and end `clipLenS` later or with the video; those
/// shorter than `minClipLengthS` are left out.
public struct FixedStrideExtractorStage: SplittingStage {
    public let name = "fixed_stride_extractor"
    /// Seconds of a clip, at least 0.001.
    public let clipLenS: Double
    /// Seconds from the start of one clip to the start of the next, at least 0.001.
    public let clipStrideS: Double
    /// Clips shorter than this many seconds are left out.
    public let minClipLengthS: Double
    /// The most clips of a video; 0 for all.
    public let limitClips: Int

    /// Makes a stage.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when a length or distance is below 0.001 or a limit is
    ///   negative.
    public init(
        clipLenS: Double = 10, clipStrideS: Double = 10, minClipLengthS: Double = 2, limitClips: Int = 0
    ) throws(ShotlistError) {
        for (value, what) in [(clipLenS, "clip length"), (clipStrideS, "clip stride")] {
            guard value >= 0.001, value.isFinite else {
                throw ShotlistError(
                    .invalidArgument, "The \(what) is \(value) seconds.", remedy: "Give 0.001 or more.")
            }
        }
        guard minClipLengthS >= 0, minClipLengthS.isFinite else {
            throw ShotlistError(
                .invalidArgument, "The shortest clip length is \(minClipLengthS) seconds.", remedy: "Give 0 or more.")
        }
        guard limitClips >= 0 else {
            throw ShotlistError(
                .invalidArgument, "The limit of clips is \(limitClips), which is negative.",
                remedy: "Give the most clips of a video, or 0 for all.")
        }
        self.clipLenS = clipLenS
        self.clipStrideS = clipStrideS
        self.minClipLengthS = minClipLengthS
        self.limitClips = limitClips
    }

    public func clips(of video: Video) -> [Clip] {
        let spans = self.spans(of: video)
        return spans.enumerated().map { index, span in
            let rate = video.metadata.framerate
            let id = ClipID.make(
                inputPath: video.inputPath, startFrame: Int(span.start * rate), endFrame: Int(span.end * rate))
            let isLast = span.end >= duration(of: video)
            return Clip(
                id: id, video: video, span: span,
                frames: video.timeline.frames(from: span.start, to: isLast ? .infinity : span.end),
                index: index, clipsInVideo: spans.count)
        }
    }

    private func spans(of video: Video) -> [ClipSpan] {
        let duration = duration(of: video)
        var spans: [ClipSpan] = []
        var start = 0.0
        while start < duration, limitClips == 0 || spans.count < limitClips {
            let span = ClipSpan(start: start, end: min(start + clipLenS, duration))
            if span.duration >= minClipLengthS { spans.append(span) }
            start += clipStrideS
        }
        return spans
    }

    /// Frames divided by rate, which NeMo Curator takes for the length of the video.
    private func duration(of video: Video) -> Double {
        video.metadata.framerate > 0 ? Double(video.metadata.numFrames) / video.metadata.framerate : 0
    }
}
