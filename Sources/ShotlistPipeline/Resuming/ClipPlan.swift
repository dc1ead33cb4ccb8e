import ShotlistCore

/// What is to be done of a clip, and what is there of it.
struct ClipPlan: Sendable {
    /// The clip's own file, in its place already; nil when it is to be made.
    var file: EncodedClip?
    /// Its windows, in order.
    var windows: [WindowTask]

    /// A plan to do everything.
    init(_ ranges: [FrameRange]) {
        windows = ranges.map { WindowTask(range: $0) }
    }
}

/// What is to be done of a window, and what is there of it.
struct WindowTask: Sendable {
    /// Its frames, counted from the clip's first.
    let range: FrameRange
    /// What is there; nil when nothing is.
    var kept: WindowOutcome?
    /// How much of that stages need not do.
    var known = KnownWork.nothing
    /// The hash of the settings that shaped ``kept``.
    var settings: String?
    /// Whether that are other settings than this run's.
    var isOutdated = false
    /// Whether it was asked for on purpose.
    var isPicked = false
    /// Whether its preview is to be drawn, where previews are asked for.
    var drawsPreview = true

    /// Nothing is to be done of a window of these frames but this.
    init(range: FrameRange) {
        self.range = range
    }

    /// Whether nothing is left to do.
    var isDone: Bool { known == .answer && !drawsPreview }

    /// The window with what is there of it.
    func window(of clip: Clip) -> Window {
        guard let kept else { return Window(clipID: clip.id, range: range) }
        var window = Window(clipID: clip.id, range: range, outcome: kept)
        window.settings = settings
        window.isOutdated = isOutdated
        window.isPicked = isPicked
        return window
    }
}

/// What of a window an earlier run has done, so that stages leave it alone.
package enum KnownWork: Sendable {
    /// No caption, and nothing that stands for one.
    case nothing
    /// Its caption, which is still to be enhanced.
    case caption
    /// Its answer, or why there is none.
    case answer
}
