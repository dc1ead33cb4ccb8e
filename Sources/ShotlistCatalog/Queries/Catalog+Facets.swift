internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// How many of a filter's windows have what.
    ///
    /// - Parameter naming: what the names of videos and tags that are listed must have in them, in any case; nil lists all.
    /// - Throws: ``ShotlistError``, as ``count(_:)``.
    public func facets(
        _ filter: WindowFilter = .all, naming: String? = nil
    ) async throws(ShotlistError) -> Facets {
        try await database.read { db in
            let sql = try FilterSQL(filter)
            return try FacetReading(sql, naming: naming).facets(db)
        }
    }
}

/// Counts in one pass over the windows: a grouping for each facet would be as many passes, and sort in each.
private struct FacetReading {
    private let sql: FilterSQL
    /// In small letters.
    private let wanted: String?

    init(_ sql: FilterSQL, naming: String?) {
        self.sql = sql
        wanted = naming?.lowercased()
    }

    func facets(_ db: Database) throws -> Facets {
        var facets = Facets()
        var (statuses, models): ([String: Int], [String: Int]) = ([:], [:])
        var (flags, decisions, ratings): ([Int: Int], [Int: Int], [Int: Int]) = ([:], [:], [:])
        // One number for all that is a number: groups are found by sorting, and numbers sort fast.
        try db.each(
            """
            SELECT flags | (decision << 20) | (rating << 24) | (edited << 28) | (preview << 29), status, model, count(*)
            FROM windows WHERE \(sql.condition) GROUP BY 1, 2, 3
            """,
            sql.arguments
        ) { row in
            let (code, count): (Int, Int) = (try row.at(0), try row.at(3))
            facets.count += count
            flags[code & 0xf_ffff, default: 0] += count
            decisions[code >> 20 & 15, default: 0] += count
            ratings[code >> 24 & 15, default: 0] += count
            facets.edited += code >> 28 & 1 == 1 ? count : 0
            facets.withPreview += code >> 29 & 1 == 1 ? count : 0
            let status: String = try row.at(1)
            statuses[status, default: 0] += count
            if let model = try row.at(2, as: String?.self) { models[model, default: 0] += count }
        }
        facets.status = Facets.sorted(statuses.map { ($0, $1) })
        facets.model = Facets.sorted(models.map { ($0, $1) })
        let doubts = ~CatalogFlag.retried.bit
        facets.flagged = flags.reduce(0) { $0 + (Int64($1.key) & doubts != 0 ? $1.value : 0) }
        facets.unrated = ratings[0] ?? 0
        facets.flags = CatalogFlag.allCases.compactMap { flag in
            let count = flags.reduce(0) { $0 + (Int64($1.key) & flag.bit != 0 ? $1.value : 0) }
            return count > 0 ? Facets.Count(value: flag.rawValue, count: count) : nil
        }
        facets.decision = ReviewDecision.allCases.compactMap { decision in
            decisions[decision.number].map { Facets.Count(value: decision.rawValue, count: $0) }
        }
        facets.rating = (1...5).compactMap { stars in
            ratings[stars].map { Facets.Count(value: String(stars), count: $0) }
        }
        (facets.source, facets.hasMoreSources) = try names(
            db, "SELECT path, count(*) FROM windows WHERE \(sql.condition) GROUP BY path ORDER BY 2 DESC, 1")
        (facets.tags, facets.hasMoreTags) = try names(
            db,
            """
            SELECT tagged.tag, count(*) FROM tagged JOIN windows ON windows.id = tagged.window
            WHERE \(sql.condition) GROUP BY tagged.tag ORDER BY 2 DESC, 1
            """)
        return facets
    }

    /// The first names that are wanted, and whether there are more.
    private func names(_ db: Database, _ statement: String) throws -> ([Facets.Count], Bool) {
        // Which names are wanted is not asked of SQLite: it knows the case of ASCII's letters alone.
        let limit = wanted == nil ? " LIMIT \(Facets.most + 1)" : ""
        var names: [Facets.Count] = []
        try db.each(statement + limit, sql.arguments) { row in
            guard names.count <= Facets.most else { return }
            let name: String = try row.at(0)
            if let wanted, !name.lowercased().contains(wanted) { return }
            names.append(Facets.Count(value: name, count: try row.at(1)))
        }
        return (Array(names.prefix(Facets.most)), names.count > Facets.most)
    }
}
