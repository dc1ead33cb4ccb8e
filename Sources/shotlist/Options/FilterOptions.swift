import ArgumentParser
import ShotlistCatalog
import ShotlistCore

/// Which windows are meant.
struct FilterOptions: ParsableArguments {
    @Option(help: "Words that must be in the caption, the note, the tags or the video's path.")
    var text: String?

    @Option(help: "How the window ended: success, truncated, skipped or error. Can be given more than once.")
    var status: [WindowStatus] = []

    @Option(help: "A flag that it must have, such as near_duplicate. Can be given more than once.")
    var flag: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether it has flags that tell of doubt.")
    var flagged: Bool?

    @Option(help: "The model that captioned it. Can be given more than once.")
    var model: [String] = []

    @Option(help: "The video's path as it was given to the run. Can be given more than once.")
    var source: [String] = []

    @Option(help: "What a person decided: none, approved or rejected. Can be given more than once.")
    var decision: [ReviewDecision] = []

    @Option(parsing: .unconditional, help: "The rating, such as 4 or 3-5 or 4-; without one it counts as 0.")
    var rating: String?

    @Option(parsing: .unconditional, help: "Characters of the caption, such as 40-600.")
    var length: String?

    @Option(parsing: .unconditional, help: "Seconds of the window, such as 2-8.")
    var duration: String?

    @Option(help: "A tag that it must have. Can be given more than once.")
    var tag: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether a person edited the caption.")
    var edited: Bool?

    /// The filter as it was given.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is no range.
    func filter() throws(ShotlistError) -> WindowFilter {
        var filter = WindowFilter()
        filter.text = text
        filter.status = status.isEmpty ? nil : Set(status)
        filter.flags = flag.isEmpty ? nil : Set(flag)
        filter.isFlagged = flagged
        filter.model = model.isEmpty ? nil : Set(model)
        filter.source = source.isEmpty ? nil : Set(source)
        filter.decision = decision.isEmpty ? nil : Set(decision)
        filter.tags = tag.isEmpty ? nil : Set(tag)
        filter.isEdited = edited
        if let rating { filter.rating = try Self.integers(rating, "--rating") }
        if let length { filter.length = try Self.integers(length, "--length") }
        if let duration { filter.duration = try Self.range(duration, "--duration") }
        return filter
    }

    private static func integers(_ text: String, _ option: String) throws(ShotlistError) -> ClosedRange<Int> {
        let range = try range(text, option)
        return Int(
            range.lowerBound.rounded(.up))...max(
                Int(range.lowerBound.rounded(.up)), Int(min(range.upperBound, 1e15)))
    }

    /// `4`, `3-5`, `4-` or `-5`.
    private static func range(_ text: String, _ option: String) throws(ShotlistError) -> ClosedRange<Double> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.map { $0.isEmpty ? nil : Double($0) }
        let isSound = zip(parts, numbers).allSatisfy { part, number in
            part.isEmpty ? parts.count == 2 : (number.map { (0...1e15).contains($0) } ?? false)
        }
        let (lower, upper) = ((numbers.first ?? nil) ?? 0, (numbers.last ?? nil) ?? 1e15)
        guard isSound, (1...2).contains(parts.count), text != "-", lower <= upper else {
            throw ShotlistError(
                .invalidArgument, "\(option) is '\(text)', which is no range.",
                remedy: "Give a number, or two with a dash between them, such as 3-5, 3- or -5.")
        }
        return lower...upper
    }
}

extension WindowStatus: ExpressibleByArgument {}
extension ReviewDecision: ExpressibleByArgument {}
