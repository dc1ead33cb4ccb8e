internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// What handing an output over needs to know of it.
extension Catalog {
    /// What `make` makes of each of a filter's windows, as all of them are at one moment; in no order.
    ///
    /// - Parameter make: called with one window after another, on a thread of its own; what it throws ends the call.
    /// - Throws: ``ShotlistError``, as ``count(_:)``, and what `make` throws.
    public func all<Value: Sendable>(
        _ filter: WindowFilter, _ make: @escaping @Sendable (CatalogWindow) throws(ShotlistError) -> Value
    ) async throws(ShotlistError) -> [Value] {
        try await database.read { db in
            let sql = try FilterSQL(filter)
            var values: [Value] = []
            try db.each(WindowRow.columns + "WHERE \(sql.condition)", sql.arguments) { row in
                values.append(try make(WindowRow.window(row)))
            }
            return values
        }
    }

    /// How many records cannot be read; ``unreadableRecords()`` tells of the first ones why.
    ///
    /// - Throws: ``ShotlistError``: `ledger_invalid`, `ledger_failed`.
    public func countOfUnreadableRecords() async throws(ShotlistError) -> Int {
        try await database.read { db in
            Int(try db.number("SELECT count(*) FROM records WHERE problem IS NOT NULL") ?? 0)
        }
    }

    /// How many source videos of a filter's windows have no record in `processed_videos` yet. Only by that their path below the
    /// input is known; until then it is their last name.
    ///
    /// - Throws: ``ShotlistError``, as ``count(_:)``.
    public func countOfUnknownSources(_ filter: WindowFilter = .all) async throws(ShotlistError) -> Int {
        try await database.read { db in
            let sql = try FilterSQL(filter)
            let unknown = """
                SELECT count(*) FROM sources WHERE is_known = 0
                    AND path IN (SELECT windows.path FROM windows WHERE \(sql.condition))
                """
            return Int(try db.first(unknown, sql.arguments) ?? 0)
        }
    }
}
