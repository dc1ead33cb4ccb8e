import ShotlistCatalog
import ShotlistCore

/// What an address says of a list: which windows, in which order. The page's own address has the same names.
struct WindowQuery: Sendable {
    /// Which windows.
    let filter: WindowFilter
    /// In which order.
    let order: WindowOrder
    /// Whether the order is turned round.
    let isDescending: Bool

    /// - Throws: ``ShotlistError`` (`filter_invalid`) with the part that cannot be.
    init(_ query: QueryString) throws(ShotlistError) {
        var filter = WindowFilter()
        filter.text = query.first("q")
        filter.status = try Self.words(query, "status")
        filter.decision = try Self.words(query, "decision")
        filter.flags = Self.names(query, "flag")
        filter.model = Self.names(query, "model")
        filter.source = Self.names(query, "source")
        filter.tags = Self.names(query, "tag")
        filter.rating = try Self.range(query, "rating") { Int($0) }
        filter.length = try Self.range(query, "length") { Int($0) }
        filter.words = try Self.range(query, "words") { Int($0) }
        filter.tokens = try Self.range(query, "tokens") { Int($0) }
        filter.duration = try Self.range(query, "duration", Self.finite)
        filter.seconds = try Self.range(query, "seconds", Self.finite)
        filter.resolution = try Self.size(query)
        filter.isEdited = try Self.truth(query, "edited")
        filter.hasPreview = try Self.truth(query, "preview")
        filter.isFlagged = try Self.truth(query, "flagged")
        filter.keys = try Self.keys(query)
        self.filter = filter
        order = try Self.order(query)
        isDescending = try Self.truth(query, "desc") ?? false
    }

    private static func names(_ query: QueryString, _ name: String) -> Set<String>? {
        let values = Set(query.all(name))
        return values.isEmpty ? nil : values
    }

    private static func words<Word: RawRepresentable<String> & Hashable>(
        _ query: QueryString, _ name: String
    ) throws(ShotlistError) -> Set<Word>? {
        var words: Set<Word> = []
        for value in query.all(name) {
            guard let word = Word(rawValue: value) else { throw invalid(name, value) }
            words.insert(word)
        }
        return words.isEmpty ? nil : words
    }

    /// `from-to`, both ends included, or one number.
    private static func range<Bound: Comparable>(
        _ query: QueryString, _ name: String, _ bound: (Substring) -> Bound?
    ) throws(ShotlistError) -> ClosedRange<Bound>? {
        guard let value = query.first(name) else { return nil }
        let ends = value.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let lower = bound(ends[0]), let upper = ends.count == 2 ? bound(ends[1]) : lower, lower <= upper else {
            throw invalid(name, value)
        }
        return lower...upper
    }

    private static func finite(_ text: Substring) -> Double? {
        Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func truth(_ query: QueryString, _ name: String) throws(ShotlistError) -> Bool? {
        switch query.first(name) {
        case nil: nil
        case "1": true
        case "0": false
        case let value?: throw invalid(name, value)
        }
    }

    private static func size(_ query: QueryString) throws(ShotlistError) -> PixelSize? {
        guard let value = query.first("resolution") else { return nil }
        let sides = value.split(separator: "x", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy({ (1...1 << 20).contains($0) }) else {
            throw invalid("resolution", value)
        }
        return PixelSize(width: sides[0], height: sides[1])
    }

    private static func keys(_ query: QueryString) throws(ShotlistError) -> [WindowKey]? {
        var keys: [WindowKey] = []
        for value in query.all("key") {
            guard let key = WindowKey(value) else { throw invalid("key", value) }
            keys.append(key)
        }
        return keys.isEmpty ? nil : keys
    }

    private static func order(_ query: QueryString) throws(ShotlistError) -> WindowOrder {
        guard let value = query.first("sort") else { return .source }
        guard let order = WindowOrder(rawValue: value) else { throw invalid("sort", value) }
        return order
    }

    private static func invalid(_ name: String, _ value: String) -> ShotlistError {
        ShotlistError(
            .filterInvalid, "The filter '\(name)=\(value.prefix(100).description.printable)' cannot be read.",
            remedy: "Take it out of the address.")
    }
}
