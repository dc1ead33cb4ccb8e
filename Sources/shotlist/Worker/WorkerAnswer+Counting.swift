import ShotlistCore
import ShotlistPipeline

extension Window {
    /// Whether a run was stopped before it came to the window, or to its enhancement.
    var wasLeft: Bool {
        let cancelled = ShotlistError.Code.cancelled.rawValue
        return reason?.code == cancelled || enhancementRecord?.reason?.code == cancelled
    }
}

extension WorkerAnswer.Video {
    /// Says how it ended.
    mutating func end(_ error: ShotlistError?, isLeft: Bool) {
        status = error == nil ? (isLeft ? "open" : "done") : "failed"
        reason = error?.code.rawValue ?? (isLeft ? "unfinished" : nil)
        message =
            error?.description
            ?? (isLeft ? "Something of it could not be made or written; its records say what. Give it again." : nil)
    }

    /// Counts clips of which nothing was left to do.
    mutating func keep(clips: Int, _ windows: Int, _ summary: inout RunSummary) {
        self.clips += clips
        self.windows += windows
        keptWindows += windows
        summary.clips += clips
        summary.keptClips += clips
        summary.windows += windows
        summary.keptWindows += windows
    }
}
