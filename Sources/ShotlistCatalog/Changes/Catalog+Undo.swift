import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// Takes back a person's last change that was not taken back yet, a bulk change as a whole but for windows that others
    /// changed since.
    ///
    /// A change from which others went on stays as it is; the next call then goes to the one before it.
    ///
    /// - Parameter person: whose; nil is ``person``.
    /// - Returns: the windows as they are now, up to 1,000 of them; empty when there is nothing to take back.
    /// - Throws: ``ShotlistError``: `conflict` when others went on from all of it, with who and when; `disk_full`,
    ///   `ledger_failed`.
    public func undo(by person: String? = nil) async throws(ShotlistError) -> [CatalogWindow] {
        try await undoAndCount(by: person).windows
    }

    /// What ``undo(by:)`` does, with how many windows it took back, and how many it left as others went on from them.
    ///
    /// - Throws: ``ShotlistError``, as ``undo(by:)``.
    public func undoAndCount(
        by person: String? = nil
    ) async throws(ShotlistError) -> (windows: [CatalogWindow], count: Int, kept: Int) {
        let writer = try reviewWriter(by: person)
        let result = try await database.write { db -> Result<BatchUndo, ShotlistError> in
            var undo = BatchUndo()
            guard
                let batch = try db.number(
                    "SELECT max(id) FROM batches WHERE person = ? AND state = 0 AND kind <> 'undo'", [writer.person])
            else { return .success(undo) }
            guard try BatchUndo.isOpen(db, batch) else {
                // What this says must stay when the call fails, so that the next one does not meet it again.
                try db.run("UPDATE batches SET state = 2 WHERE id = ?", [batch])
                return .failure(try Self.later(db, than: batch))
            }
            try undo.takeBack(db, batch, writer)
            return .success(undo)
        }
        let undo = try result.get()
        await showChanged()
        let windows = try await database.read { db in try undo.keys.compactMap { try db.window($0) } }
        return (windows, undo.count, undo.kept)
    }

    /// Who went on from a batch's changes.
    private static func later(_ db: Database, than batch: Int64) throws -> ShotlistError {
        let error = try db.rows(
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
        guard let error else { throw RowUnreadable() }
        return error
    }
}
