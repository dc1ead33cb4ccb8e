import Synchronization

/// Captioned windows that are on their way, so that a run that is stopped loses none of them.
///
/// A cancelled task's hand-over may or may not have been taken, so that a window can be kept twice, and be kept although
/// it has arrived. Of two the one that came further counts; who settles them asks whether they have arrived.
final class KeptWindows: Sendable {
    private let items = Mutex<[String: WindowItem]>([:])

    /// Keeps a window, or the later state of one that is kept.
    func keep(_ item: WindowItem) {
        items.withLock { items in
            if let known = items[item.window.id], known.progress > item.progress { return }
            items[item.window.id] = item
        }
    }

    /// Keeps a window whose captions an earlier run made, from the beginning of its way. It is kept without pictures.
    func keepFromTheStart(_ item: WindowItem) {
        var bare = item
        bare.window.previewFrames = nil
        bare.window.input = nil
        keep(bare)
    }

    /// Lets go of a window that was handed on.
    func drop(_ item: WindowItem) {
        items.withLock { $0[item.window.id] = nil }
    }

    /// All that are kept, clip by clip, in order; nothing is kept any more.
    func takeAll() -> [[WindowItem]] {
        let all = items.withLock { items in
            defer { items = [:] }
            return items.values
        }
        let clips = Dictionary(grouping: all, by: \.clip.id).values.map { windows in
            windows.sorted { $0.window.range.start < $1.window.range.start }
        }
        return clips.sorted {
            ($0[0].clip.video.inputPath, $0[0].clip.index) < ($1[0].clip.video.inputPath, $1[0].clip.index)
        }
    }
}

extension WindowItem {
    /// How far on its way a captioned window is.
    fileprivate var progress: Int {
        (window.enhancementRecord == nil ? 0 : 2) + (isHandedOn ? 1 : 0)
    }
}
