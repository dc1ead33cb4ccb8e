import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase
import ShotlistLedger

extension Catalog {
    /// How many windows a filter has.
    ///
    /// - Throws: ``ShotlistError``: `filter_invalid`; `ledger_invalid`, `ledger_failed` when the file fails.
    public func count(_ filter: WindowFilter = .all) async throws(ShotlistError) -> Int {
        try await database.read { db in
            let sql = try FilterSQL(filter)
            if let words = sql.onlyWords {
                return Int(try db.number("SELECT count(*) FROM texts WHERE texts MATCH ?", [words]) ?? 0)
            }
            return Int(try db.first("SELECT count(*) FROM windows WHERE \(sql.condition)", sql.arguments) ?? 0)
        }
    }

    /// A page of a filter's windows.
    ///
    /// - Parameters:
    ///   - offset: how many windows come before the page.
    ///   - limit: the most windows of the page, up to 1,000.
    /// - Throws: ``ShotlistError``, as ``count(_:)``.
    public func windows(
        _ filter: WindowFilter = .all, order: WindowOrder = .source, descending: Bool = false, offset: Int = 0,
        limit: Int = 100
    ) async throws(ShotlistError) -> [CatalogWindow] {
        let (offset, limit) = (max(0, offset), min(max(0, limit), 1000))
        return try await database.read { db in
            // Ids first: what else belongs to a window is read for the page alone.
            let sql = try FilterSQL(filter, isCommon: FilterSQL.isCommon(db, filter))
            var ids: [Int64] = []
            try db.each(
                """
                SELECT windows.id FROM windows WHERE \(sql.condition)
                ORDER BY \(order.sql(descending: descending)) LIMIT ? OFFSET ?
                """,
                sql.arguments + [limit, offset]
            ) { ids.append(try $0.at(0)) }
            return try ids.compactMap { id in
                try db.rows(WindowRow.columns + "WHERE windows.id = ?", [id], WindowRow.window).first
            }
        }
    }

    /// A number that grows with each change of anyone, also through another catalog of the same output: by it a list knows that
    /// it may be old.
    ///
    /// - Throws: ``ShotlistError``: `ledger_invalid`, `ledger_failed`.
    public func revision() async throws(ShotlistError) -> Int {
        try await database.read { db in Int(try db.number("SELECT max(id) FROM changes") ?? 0) }
    }

    /// The names of all of a filter's windows, in order. Of 100,000 windows it is some megabytes.
    ///
    /// - Throws: ``ShotlistError``, as ``count(_:)``.
    public func keys(
        _ filter: WindowFilter = .all, order: WindowOrder = .source, descending: Bool = false
    ) async throws(ShotlistError) -> [WindowKey] {
        try await database.read { db in
            let sql = try FilterSQL(filter)
            var keys: [WindowKey] = []
            try db.each(
                """
                SELECT clip, first, last FROM windows WHERE \(sql.condition)
                ORDER BY \(order.sql(descending: descending))
                """,
                sql.arguments
            ) { keys.append(try $0.key()) }
            return keys
        }
    }

    /// One window, with its prompt and settings where the ledger knows them; nil when there is none. A ledger that cannot be
    /// read keeps nobody from looking at the window (``CatalogWindow/ledgerProblem``).
    ///
    /// - Throws: ``ShotlistError``, as ``count(_:)``.
    public func window(_ key: WindowKey) async throws(ShotlistError) -> CatalogWindow? {
        guard var window = try await database.read({ db in try db.window(key) }) else { return nil }
        guard let hash = window.settingsHash else { return window }
        do throws(ShotlistError) {
            // Flattened: no ledger, or one that does not know these settings.
            window.settings =
                try await askLedger { ledger throws(ShotlistError) in try await ledger.settings(hash) } ?? nil
            window.prompt = PromptOfSettings.prompt(in: window.settings)
        } catch {
            window.ledgerProblem = error.description
        }
        return window
    }
}

extension Database {
    /// The first number of a statement that is asked once.
    func first(_ sql: String, _ arguments: StatementArguments) throws -> Int64? {
        try Int64.fetchOne(self, sql: sql, arguments: arguments)
    }
}
