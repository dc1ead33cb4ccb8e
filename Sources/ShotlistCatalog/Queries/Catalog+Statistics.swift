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
                SELECT length, words, duration, tokens, seconds, width, height, written, record, clip_duration, status
                FROM windows WHERE \(sql.condition)
                """,
                sql.arguments
            ) { try numbers.add($0) }
            return numbers.statistics(try FrequentWords(db, sql, count: numbers.count))
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
    /// By the number of the record, of which each clip has one.
    private var clips: [Int64: (number: Double, windows: Int)] = [:]
    private var statuses: [String: Int] = [:]

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
        written.append((at: try row.at(7), tokens: tokens ?? 0))
        let record: Int64 = try row.at(8)
        let clipLength: Double = try row.at(9)
        clips[record, default: (number: clipLength, windows: 0)].windows += 1
        let status: String = try row.at(10)
        statuses[status, default: 0] += 1
    }

    func statistics(_ words: FrequentWords) -> CatalogStatistics {
        let resolutions = Facets.sorted(sizes.filter { $0.key.area > 0 }.map { ($0.key.description, $0.value) })
        return CatalogStatistics(
            count: count, captionLength: Histogram(of: lengths, isWhole: true),
            captionWords: Histogram(of: self.words, isWhole: true), windowLength: Histogram(of: durations),
            clipLength: Histogram(of: Array(clips.values)), status: Facets.sorted(statuses.map { ($0, $1) }),
            tokens: Histogram(of: tokens, unknown: count - tokens.count, isWhole: true),
            secondsPerWindow: Histogram(of: seconds, unknown: count - seconds.count),
            resolutions: Array(resolutions.prefix(50)), frequentWords: words.words, windowsReadForWords: words.read,
            throughput: throughput)
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

/// Words by how many windows have them.
private struct FrequentWords {
    let words: [Facets.Count]
    /// How many windows' captions were read.
    let read: Int

    /// The most windows whose words are read.
    private static let mostRead = 5000

    init(_ db: Database, _ sql: FilterSQL, count: Int) throws {
        let stride = max(1, (count + Self.mostRead - 1) / Self.mostRead)
        var counts: [String: Int] = [:]
        var read = 0
        try db.each(
            """
            SELECT texts.shown FROM windows JOIN texts ON texts.rowid = windows.id
            WHERE windows.id % \(stride) = 0 AND \(sql.condition) LIMIT \(Self.mostRead)
            """,
            sql.arguments
        ) { row in
            read += 1
            guard let caption = try row.at(0, as: String?.self) else { return }
            for word in SearchWords.indexed(caption) where word.count >= 4 { counts[word, default: 0] += 1 }
        }
        words = Array(Facets.sorted(counts.map { ($0, $1) }).prefix(100))
        self.read = read
    }
}

extension Facets {
    /// Counts with the largest first, and in the order of their values.
    static func sorted(_ counts: [(String, Int)]) -> [Count] {
        counts.map { Count(value: $0.0, count: $0.1) }.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
    }
}
