import Foundation
import ShotlistCatalog

/// What is known of an export's windows as a whole: for its manifest, and for who asks for it.
public struct ExportOrigin: Sendable, Hashable {
    /// Which windows were asked for.
    public var filter = WindowFilter.all
    /// How many of the output's records cannot be read, so that windows may be missing, or be as they were before.
    public var unreadableRecords = 0
    /// How many source videos have no record of their own yet, so that their paths below the input are not known.
    public var unknownSources = 0

    /// Nothing is known.
    public init() {}

    /// Asks an output's index.
    ///
    /// - Throws: what reading the index throws.
    public init(_ catalog: Catalog, _ filter: WindowFilter) async throws {
        self.filter = filter
        unreadableRecords = try await catalog.countOfUnreadableRecords()
        unknownSources = try await catalog.countOfUnknownSources(filter)
    }

    /// The filter as a JSON object, always the same for the same filter: sets have no order of their own.
    var filterJSON: String {
        guard let data = try? JSONEncoder().encode(filter),
            var fields = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return "{}" }
        for name in ["status", "flags", "model", "source", "decision", "tags", "wholeWords"] {
            if let words = fields[name] as? [String] { fields[name] = words.sorted() }
        }
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        guard let sorted = try? JSONSerialization.data(withJSONObject: fields, options: options) else { return "{}" }
        return String(decoding: sorted, as: UTF8.self)
    }
}
