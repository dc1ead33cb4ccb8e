internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// A filter's windows in pictures.
    ///
    /// - Throws: ``ShotlistError``, as ``count(_:)``.
    public func statistics(_ filter: WindowFilter = .all) async throws(ShotlistError) -> CatalogStatistics {
        try await database.read { db in
            let sql = try FilterSQL(filter)
            var numbers = Numbers()
            try db.each(
                """
                SELECT length, words, duration, tokens, windows.seconds, width, height, records.modified
                FROM windows JOIN records ON records.id = windows.record WHERE \(sql.condition)
                """,
                sql.arguments
            ) { try numbers.add($0) }
            return numbers.statistics(frequentWords: try frequentWords(db, sql, count: numbers.count))
        }
    }
}

/// The numbers of windows as they are read.
private struct Numbers {
    private(set) var count = 0
    private var lengths: [Double] = []
    private var words: [Double] = []
    private var durations: [Double] = []
    private var tokens: [Double] = []
    private var seconds: [Double] = []
    private var sizes: [PixelSize: Int] = [:]
    private var written: [(at: Double, tokens: Int)] = []

    mutating func add(_ row: Row) throws {
        count += 1
        lengths.append(Double(try row.at(0, as: Int.self)))
        words.append(Double(try row.at(1, as: Int.self)))
        durations.append(try row.at(2))
        let tokens = try row.at(3, as: Int?.self)
        if let tokens { self.tokens.append(Double(tokens)) }
        if let seconds = try row.at(4, as: Double?.self) { self.seconds.append(seconds) }
        let size = PixelSize(width: try row.at(5), height: try row.at(6))
        sizes[size, default: 0] += 1
        let written: Int64 = try row.at(7)
        self.written.append((at: Double(written) / 1e9, tokens: tokens ?? 0))
    }

    func statistics(frequentWords: [Facets.Count]) -> CatalogStatistics {
        let resolutions = sizes.filter { $0.key.area > 0 }
            .map { Facets.Count(value: $0.key.description, count: $0.value) }
            .sorted { ($1.count, $0.value) < ($0.count, $1.value) }
        return CatalogStatistics(
            count: count, captionLength: Histogram(of: lengths, unknown: 0),
            captionWords: Histogram(of: words, unknown: 0), clipLength: Histogram(of: durations, unknown: 0),
            tokens: Histogram(of: tokens, unknown: count - tokens.count),
            secondsPerWindow: Histogram(of: seconds, unknown: count - seconds.count),
            resolutions: Array(resolutions.prefix(50)), frequentWords: frequentWords, throughput: throughput)
    }

    /// The run in up to 120 pieces of the same length, of a second at least.
    private var throughput: [CatalogStatistics.Moment] {
        guard let first = written.map(\.at).min(), let last = written.map(\.at).max() else { return [] }
        let start = first.rounded(.down)
        let length = max(1, ((last - start) / 119).rounded(.up))
        let count = Int((last - start) / length) + 1
        var moments = (0..<count).map { index in
            CatalogStatistics.Moment(at: start + Double(index) * length, seconds: length, windows: 0, tokens: 0)
        }
        for record in written {
            let place = min(count - 1, Int((record.at - start) / length))
            moments[place].windows += 1
            moments[place].tokens += record.tokens
        }
        return moments
    }
}

/// The most windows whose words are read.
private let mostRead = 5000

/// Words by how many windows have them.
private func frequentWords(_ db: Database, _ sql: FilterSQL, count: Int) throws -> [Facets.Count] {
    let stride = max(1, (count + mostRead - 1) / mostRead)
    var counts: [String: Int] = [:]
    try db.each(
        """
        SELECT texts.shown FROM windows JOIN texts ON texts.rowid = windows.id
        WHERE windows.id % \(stride) = 0 AND \(sql.condition) LIMIT \(mostRead)
        """,
        sql.arguments
    ) { row in
        guard let caption = try row.at(0, as: String?.self) else { return }
        for word in Set(CaptionWords(caption).words) where word.count >= 4 { counts[String(word), default: 0] += 1 }
    }
    return counts.map { Facets.Count(value: $0.key, count: $0.value) }
        .sorted { ($1.count, $0.value) < ($0.count, $1.value) }.prefix(100).map { $0 }
}
