internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// How many of a filter's windows have what.
    ///
    /// Values that are alternatives of one another (status, model, video, decision, rating, and whether there is something)
    /// are counted under all other filters: so it shows what each would add, or leave in the place of the one that is set.
    /// Flags and tags, all of which must hold, are counted under their own ones, too.
    ///
    /// - Parameter naming: what the names of videos and tags that are listed must have in them, in any case; nil lists all.
    /// - Throws: ``ShotlistError``, as ``count(_:)``.
    public func facets(
        _ filter: WindowFilter = .all, naming: String? = nil
    ) async throws(ShotlistError) -> Facets {
        try await database.read { db in try FacetReading(db, filter, naming: naming).facets() }
    }
}

/// Counts in one pass over the windows, and one more for each filter of alternatives that is set: a grouping for each facet
/// would be as many passes, and sort in each.
private struct FacetReading {
    private let db: Database
    private let filter: WindowFilter
    /// In small letters.
    private let wanted: String?

    init(_ db: Database, _ filter: WindowFilter, naming: String?) {
        self.db = db
        self.filter = filter
        wanted = naming?.lowercased()
    }

    func facets() throws -> Facets {
        let all = try FilterSQL(filter)
        var facets = try counts(all)
        try replace(\.status, of: &facets) { $0.status = $1.status }
        try replace(\.model, of: &facets) { $0.model = $1.model }
        try replace(\.decision, of: &facets) { $0.decision = $1.decision }
        try replace(\.rating, of: &facets) { ($0.rating, $0.unrated) = ($1.rating, $1.unrated) }
        try replace(\.isFlagged, of: &facets) { ($0.flagged, $0.unflagged) = ($1.flagged, $1.unflagged) }
        try replace(\.isEdited, of: &facets) { ($0.edited, $0.unedited) = ($1.edited, $1.unedited) }
        try replace(\.hasPreview, of: &facets) {
            ($0.withPreview, $0.withoutPreview) = ($1.withPreview, $1.withoutPreview)
        }
        let others = try FilterSQL(without(\.source))
        (facets.source, facets.hasMoreSources) = try names(
            "SELECT path, count(*) FROM windows WHERE \(others.condition) GROUP BY path ORDER BY 2 DESC, 1",
            others.arguments)
        (facets.tags, facets.hasMoreTags) = try names(
            """
            SELECT tagged.tag, count(*) FROM tagged JOIN windows ON windows.id = tagged.window
            WHERE \(all.condition) GROUP BY tagged.tag ORDER BY 2 DESC, 1
            """,
            all.arguments)
        return facets
    }

    /// The filter without one of its fields.
    private func without<Value>(_ field: WritableKeyPath<WindowFilter, Value?>) -> WindowFilter {
        var others = filter
        others[keyPath: field] = nil
        return others
    }

    /// Counts what a field filters by under the other ones, where it is set.
    private func replace<Value>(
        _ field: WritableKeyPath<WindowFilter, Value?>, of facets: inout Facets,
        _ take: (inout Facets, _ others: Facets) -> Void
    ) throws {
        guard filter[keyPath: field] != nil else { return }
        take(&facets, try counts(FilterSQL(without(field))))
    }

    /// All that one pass over the windows tells: everything but videos and tags.
    private func counts(_ sql: FilterSQL) throws -> Facets {
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
        facets.unflagged = facets.count - facets.flagged
        facets.unedited = facets.count - facets.edited
        facets.withoutPreview = facets.count - facets.withPreview
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
        return facets
    }

    /// The first names that are wanted, and whether there are more.
    private func names(_ statement: String, _ arguments: StatementArguments) throws -> ([Facets.Count], Bool) {
        // Which names are wanted is not asked of SQLite: it knows the case of ASCII's letters alone.
        let limit = wanted == nil ? " LIMIT \(Facets.most + 1)" : ""
        var names: [Facets.Count] = []
        try db.each(statement + limit, arguments) { row in
            guard names.count <= Facets.most else { return }
            let name: String = try row.at(0)
            if let wanted, !name.lowercased().contains(wanted) { return }
            names.append(Facets.Count(value: name, count: try row.at(1)))
        }
        return (Array(names.prefix(Facets.most)), names.count > Facets.most)
    }
}
