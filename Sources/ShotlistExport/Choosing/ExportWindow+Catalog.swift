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

    /// The windows of an output that a filter lets through, by source video and time.
    public static func all(of catalog: Catalog, _ filter: WindowFilter) async throws -> [ExportWindow] {
        let page = 1000
        var windows: [ExportWindow] = []
        while true {
            try Task.checkCancellation()
            let next = try await catalog.windows(
                filter, order: .source, descending: false, offset: windows.count, limit: page)
            append(next, to: &windows)
            guard next.count == page else { return windows }
        }
    }

    /// Swift 6.3.1's optimiser crashes where this is inlined into a function that waits.
    @inline(never)
    private static func append(_ page: [CatalogWindow], to windows: inout [ExportWindow]) {
        for window in page { windows.append(ExportWindow(window)) }
    }
}
