import ShotlistCatalog
import ShotlistCore

extension ExportWindow {
    /// What an index knows of a window.
    init(_ window: CatalogWindow) {
        self.init(
            clip: window.key.clip, start: window.key.start, end: window.key.end, source: window.source,
            relativePath: window.relativePath, startSeconds: window.windowSpan.lowerBound,
            endSeconds: window.windowSpan.upperBound)
        fps = window.fps
        width = window.width
        height = window.height
        status = window.status.rawValue
        flags = window.flags
        model = window.model ?? ""
        words.edited = window.review.caption
        words.enhanced = window.captions.enhanced
        words.last = window.captions.caption
        words.firstOfTwo = window.captions.stage1
        words.named = window.captions.named
        decision = window.review.decision.rawValue
        rating = window.review.rating
        tags = window.review.tags
    }

    /// The windows of an output that a filter lets through, by source video and time, as they are at one moment.
    ///
    /// - Throws: ``ShotlistError``: what reading the index throws; `CancellationError`.
    public static func all(of catalog: Catalog, _ filter: WindowFilter) async throws -> [ExportWindow] {
        let stop = StopFlag()
        let windows = try await withTaskCancellationHandler {
            try await catalog.all(filter) { window throws(ShotlistError) in
                try stop.check()
                return ExportWindow(window)
            }
        } onCancel: {
            stop.set()
        }
        return windows.sorted(by: isBefore)
    }
}
