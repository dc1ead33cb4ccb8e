import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// Takes back this person's last change that was not taken back yet, a bulk change as a whole.
    ///
    /// A change from which others went on stays as it is; the next call then goes to the one before it.
    ///
    /// - Returns: the windows as they are now, up to 1,000 of them; empty when there is nothing to take back.
    /// - Throws: ``ShotlistError``: `conflict`, with who went on from it and when; `disk_full`, `ledger_failed`.
    public func undo() async throws(ShotlistError) -> [CatalogWindow] {
        try await undoAndCount().windows
    }

    /// What ``undo()`` does, with how many windows it took back: of a large bulk change it gives not all of them.
    ///
    /// - Throws: ``ShotlistError``, as ``undo()``.
    public func undoAndCount() async throws(ShotlistError) -> (windows: [CatalogWindow], count: Int) {
        let writer = reviewWriter()
        let result = try await database.write { db -> Result<(windows: [CatalogWindow], count: Int), ShotlistError> in
            guard
                let batch = try db.number(
                    "SELECT max(id) FROM batches WHERE person = ? AND state = 0 AND kind <> 'undo'", [writer.person])
            else { return .success(([], 0)) }
            if let other = try Self.later(db, than: batch) {
                // What this says must stay when the call fails, so that the next one does not meet it again.
                try db.run("UPDATE batches SET state = 2 WHERE id = ?", [batch])
                return .failure(other)
            }
            return .success(try Self.takeBack(db, batch, writer))
        }
        return try result.get()
    }

    /// Who went on from a batch's changes.
    private static func later(_ db: Database, than batch: Int64) throws -> ShotlistError? {
        try db.rows(
            """
            SELECT batches.person AS person, batches.at AS at, reviews.clip AS clip, reviews.first AS first,
                reviews.last AS last
            FROM changes AS own
            JOIN changes AS later ON later.review = own.review AND later.id > own.id
            JOIN batches ON batches.id = later.batch AND batches.state <> 1 AND batches.kind <> 'undo'
            JOIN reviews ON reviews.id = own.review
            WHERE own.batch = ? AND later.batch <> own.batch ORDER BY later.id DESC LIMIT 1
            """,
            [batch]
        ) { row in
            let at = Date(milliseconds: try row.get("at"))
            let (person, key): (String, WindowKey) = (try row.get("person"), try row.key())
            return ShotlistError(
                .conflict,
                "\(person) changed the window '\(key)' on"
                    + " \(at.formatted(.iso8601)), after you had; your change stays.",
                remedy: "Change it again if it is to be otherwise.")
        }.first
    }

    private static func takeBack(
        _ db: Database, _ batch: Int64, _ writer: ReviewWriter
    ) throws -> (windows: [CatalogWindow], count: Int) {
        let changes = try db.rows(
            """
            SELECT clip, first, last, before FROM changes JOIN reviews ON reviews.id = changes.review
            WHERE batch = ? ORDER BY changes.id DESC
            """,
            [batch]
        ) { row in (try row.key(), try ColumnJSON.value(ReviewState.self, row.get("before"))) }
        let undo = try writer.batch(db, kind: "undo")
        for (key, before) in changes {
            try writer.put(db, key, before, over: db.review(of: key), batch: undo)
        }
        try db.run("UPDATE batches SET state = 1 WHERE id = ?", [batch])
        return (try changes.prefix(1000).reversed().compactMap { key, _ in try db.window(key) }, changes.count)
    }
}
