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
        filter.wholeWords = Self.names(query, "word")
        filter.rating = try Self.numbers(query, "rating")
        filter.length = try Self.numbers(query, "length")
        filter.words = try Self.numbers(query, "words")
        filter.tokens = try Self.numbers(query, "tokens")
        filter.duration = try Self.measures(query, "duration")
        filter.clipDuration = try Self.measures(query, "cliplength")
        filter.seconds = try Self.measures(query, "seconds")
        filter.written = try Self.measures(query, "written")
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

    private static func numbers(_ query: QueryString, _ name: String) throws(ShotlistError) -> ClosedRange<Int>? {
        guard let value = query.first(name) else { return nil }
        guard let range = RangeText.range(value, within: 0...Int.max, { Int($0) }) else { throw invalid(name, value) }
        return range
    }

    private static func measures(
        _ query: QueryString, _ name: String
    ) throws(ShotlistError) -> ClosedRange<Double>? {
        guard let value = query.first(name) else { return nil }
        let all = 0...Double.greatestFiniteMagnitude
        guard let range = RangeText.range(value, within: all, { Double($0) }) else { throw invalid(name, value) }
        return range
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
