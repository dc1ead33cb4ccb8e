internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// A filter as conditions of SQL about the table `windows`.
struct FilterSQL {
    /// The conditions, joined; `1` without any.
    private(set) var condition = "1"
    private(set) var arguments = StatementArguments()

    /// What is looked for in texts, where nothing else is asked: how many have it the index of words tells alone.
    private(set) var onlyWords: String?

    /// - Parameter isCommon: whether so many windows have the words that it is faster to go through the windows in order
    ///   and leave out those that have not, than to find and sort those that have.
    /// - Throws: ``ShotlistError`` (`filter_invalid`) for a flag that there is none of, and for too many keys.
    init(_ filter: WindowFilter, isCommon: Bool = false) throws(ShotlistError) {
        if let query = Self.query(filter) {
            // With the plus SQLite does not look windows up by this.
            add("\(isCommon ? "+" : "")windows.id IN (SELECT rowid FROM texts WHERE texts MATCH ?)", [query])
            var words = WindowFilter(text: filter.text, searchesAllCaptions: filter.searchesAllCaptions)
            words.wholeWords = filter.wholeWords
            onlyWords = filter == words ? query : nil
        }
        add("status", among: filter.status?.map(\.rawValue))
        add("model", among: filter.model.map { Array($0) })
        add("path", among: filter.source.map { Array($0) })
        if let decisions = filter.decision {
            let numbers = decisions.map { String($0.number) }.sorted().joined(separator: ", ")
            add("windows.decision IN (\(numbers))", [])
        }
        if let names = filter.flags {
            let bits = try Self.bits(names)
            add("windows.flags & ? = ?", [bits, bits])
        }
        if let isFlagged = filter.isFlagged {
            add("(windows.flags & \(~CatalogFlag.retried.bit) <> 0) = ?", [isFlagged ? 1 : 0])
        }
        add("rating", within: filter.rating)
        add("length", within: filter.length)
        add("words", within: filter.words)
        add("tokens", within: filter.tokens)
        add("duration", within: filter.duration)
        add("clip_duration", within: filter.clipDuration)
        add("written", within: filter.written)
        add("seconds", within: filter.seconds)
        if let size = filter.resolution { add("windows.width = ? AND windows.height = ?", [size.width, size.height]) }
        for tag in (filter.tags ?? []).sorted() {
            add("EXISTS (SELECT 1 FROM tagged WHERE tagged.tag = ? AND tagged.window = windows.id)", [tag])
        }
        if let isEdited = filter.isEdited { add("windows.edited = ?", [isEdited ? 1 : 0]) }
        if let hasPreview = filter.hasPreview { add("windows.preview = ?", [hasPreview ? 1 : 0]) }
        if let keys = filter.keys { try add(keys) }
    }

    /// A query of FTS5; nil where no words are looked for.
    private static func query(_ filter: WindowFilter) -> String? {
        let text = filter.text.flatMap { SearchWords($0, everywhere: filter.searchesAllCaptions ?? false).query }
        let whole = (filter.wholeWords ?? []).sorted().compactMap(SearchWords.whole(_:)).prefix(SearchWords.most)
        let parts = [text].compactMap { $0 } + whole
        return parts.isEmpty ? nil : parts.joined(separator: " AND ")
    }

    /// Whether many windows have a filter's words.
    static func isCommon(_ db: Database, _ filter: WindowFilter) throws -> Bool {
        guard let query = Self.query(filter) else { return false }
        let many = 5000
        let found = try db.number(
            "SELECT count(*) FROM (SELECT rowid FROM texts WHERE texts MATCH ? LIMIT \(many))", [query])
        return found == Int64(many)
    }

    private mutating func add(_ sql: String, _ values: StatementArguments) {
        condition = condition == "1" ? sql : "\(condition) AND \(sql)"
        arguments += values
    }

    private mutating func add(_ column: String, among values: [String]?) {
        guard let values else { return }
        let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
        add("windows.\(column) IN (\(marks))", StatementArguments(values.sorted()))
    }

    private mutating func add(_ column: String, within range: ClosedRange<Int>?) {
        guard let range else { return }
        add("windows.\(column) BETWEEN ? AND ?", [range.lowerBound, range.upperBound])
    }

    private mutating func add(_ column: String, within range: ClosedRange<Double>?) {
        guard let range else { return }
        add("windows.\(column) BETWEEN ? AND ?", [range.lowerBound, range.upperBound])
    }

    /// The most windows that a filter may name.
    private static let mostKeys = 100_000

    private mutating func add(_ keys: [WindowKey]) throws(ShotlistError) {
        guard keys.count <= Self.mostKeys else {
            throw ShotlistError(.filterInvalid, "A filter names up to \(Self.mostKeys) windows.")
        }
        // As one text: SQLite takes 32,766 values.
        let text = "[" + keys.map { "[\"\($0.clipName)\",\($0.start),\($0.end)]" }.joined(separator: ",") + "]"
        add(
            """
            windows.id IN (SELECT named.id FROM json_each(?) AS key JOIN windows AS named
                ON named.clip = json_extract(key.value, '$[0]') AND named.first = json_extract(key.value, '$[1]')
                AND named.last = json_extract(key.value, '$[2]'))
            """,
            [text])
    }

    private static func bits(_ names: Set<String>) throws(ShotlistError) -> Int64 {
        var bits: Int64 = 0
        for name in names.sorted() {
            guard let flag = CatalogFlag(rawValue: name) else {
                throw ShotlistError(
                    .filterInvalid, "There is no flag '\(name.printable)'.",
                    remedy: "Use one of: \(CatalogFlag.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            bits |= flag.bit
        }
        return bits
    }
}

extension WindowOrder {
    /// The columns to sort by. Each has an index, so that a page costs no more than what is passed over.
    func sql(descending: Bool) -> String {
        let direction = descending ? " DESC" : ""
        let columns =
            switch self {
            case .source: ["windows.path", "windows.start", "windows.first"]
            case .length: ["windows.length"]
            case .tokens: ["windows.tokens"]
            case .seconds: ["windows.seconds"]
            case .rating: ["windows.rating"]
            case .changed: ["windows.changed"]
            }
        return (columns + ["windows.id"]).map { $0 + direction }.joined(separator: ", ")
    }
}
