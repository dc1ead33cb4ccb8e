import ShotlistCore
import ShotlistLedger

/// Counts who still needs a video's bytes, so that those that were brought here go when nobody does: the feeder while it
/// cuts the video, workers while they decode a clip, and windows until they let go of their frames, since an engine may
/// want the window as a file.
actor VideoUses {
    private let source: any SourceStage
    private var counts: [PathKey: Int] = [:]

    init(_ source: any SourceStage) {
        self.source = source
    }

    /// Someone more needs a video.
    func begin(_ path: String, uses: Int = 1) {
        counts[PathKey(path), default: 0] += uses
    }

    /// Someone needs it no more.
    func end(_ path: String) async {
        guard let count = counts[PathKey(path)] else { return }
        counts[PathKey(path)] = count > 1 ? count - 1 : nil
        if count == 1 { await source.release(path) }
    }
}
