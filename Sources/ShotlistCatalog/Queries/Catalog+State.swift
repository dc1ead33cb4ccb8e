internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// What is new, or amiss.
    ///
    /// - Throws: ``ShotlistError``: `ledger_invalid`, `ledger_failed`.
    public func state() async throws(ShotlistError) -> CatalogState {
        try await database.read { db in
            var state = CatalogState()
            state.changes = Int(try db.number("SELECT max(id) FROM batches") ?? 0)
            state.looks = Int(try db.number("SELECT CAST(value AS INTEGER) FROM about WHERE name = 'looks'") ?? 0)
            state.unreadable = Int(try db.number("SELECT count(*) FROM records WHERE problem IS NOT NULL") ?? 0)
            state.example = try db.rows(
                "SELECT name, problem FROM records WHERE problem IS NOT NULL ORDER BY name LIMIT 1"
            ) { row in CatalogState.Example(name: try row.at(0), problem: try row.at(1)) }.first
            // A review that was undone has nothing to lose.
            let nothing = try ColumnJSON.text(ReviewState())
            state.reviewsWithoutWindow = Int(
                try db.number(
                    """
                    SELECT count(*) FROM reviews WHERE state <> ? AND NOT EXISTS (SELECT 1 FROM windows
                        WHERE windows.clip = reviews.clip AND windows.first = reviews.first
                            AND windows.last = reviews.last)
                    """,
                    [nothing]) ?? 0)
            return state
        }
    }

    /// Whether there is a window; nothing else of it is read.
    ///
    /// - Throws: ``ShotlistError``: `ledger_invalid`, `ledger_failed`.
    public func has(_ key: WindowKey) async throws(ShotlistError) -> Bool {
        try await database.read { db in
            try db.number(
                "SELECT 1 FROM windows WHERE clip = ? AND first = ? AND last = ?", [key.clipName, key.start, key.end])
                != nil
        }
    }
}
