internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension IndexWriter {
    /// Brings a window up to date with its review. A window whose record is gone has no place in the index.
    func show(_ db: Database, _ key: WindowKey) throws {
        let found = try db.rows(
            """
            SELECT windows.id AS id, path, status, own_flags, best, facts FROM windows
            JOIN details ON details.window = windows.id WHERE clip = ? AND first = ? AND last = ?
            """,
            [key.clipName, key.start, key.end]
        ) { row in
            IndexedWindow(
                id: try row.get("id"), source: try row.get("path"),
                status: WindowStatus(rawValue: try row.get("status")) ?? .error, ownFlags: try row.get("own_flags"),
                best: try row.get("best"), facts: try ColumnJSON.value(WindowFacts.self, row.get("facts")))
        }.first
        guard let found else { return }
        let review = try db.review(of: key)
        let text = IndexedText(
            best: found.best, others: found.facts.captions.others, source: found.source,
            review: review?.state ?? ReviewState())
        try show(
            db, window: found.id, text, status: found.status, ownFlags: found.ownFlags, review: review,
            content: SeenContent(best: found.best, picture: found.facts.sourceDigest), isNew: false)
    }

    /// Notes that a window is not up to date with its review, in the transaction that changes that.
    func showLater(_ db: Database, _ key: WindowKey) throws {
        try db.run(
            """
            INSERT OR IGNORE INTO unshown (window)
            SELECT id FROM windows WHERE clip = ? AND first = ? AND last = ?
            """,
            [key.clipName, key.start, key.end])
    }

    /// Brings some of the windows up to date that are not.
    ///
    /// - Returns: whether there may be more.
    func showRest(_ db: Database, most: Int) throws -> Bool {
        let keys = try db.rows(
            """
            SELECT clip, first, last FROM unshown JOIN windows ON windows.id = unshown.window
            ORDER BY unshown.window LIMIT ?
            """,
            [most]
        ) { try $0.key() }
        for key in keys { try show(db, key) }
        return keys.count == most
    }

    private struct IndexedWindow {
        let id: Int64
        let source: String
        let status: WindowStatus
        let ownFlags: Int64
        let best: String?
        let facts: WindowFacts
    }
}
