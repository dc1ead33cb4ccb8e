import ShotlistCatalog

/// Counts as the page gets them: groups, each by the name that it has in addresses.
struct FacetsBody: Encodable {
    private let count: Int
    private let groups: [Group]

    private struct Group: Encodable {
        let name: String
        let title: String
        let values: [Value]
        /// Whether there are more values than are listed: which, is asked for with a part of their names.
        var hasMore = false
    }

    private struct Value: Encodable {
        let value: String
        let count: Int
    }

    init(_ facets: Facets) {
        count = facets.count
        func group(_ name: String, _ title: String, _ counts: [Facets.Count], hasMore: Bool = false) -> Group {
            Group(
                name: name, title: title, values: counts.map { Value(value: $0.value, count: $0.count) },
                hasMore: hasMore)
        }
        let unrated = [Facets.Count(value: "0", count: facets.unrated)]
        groups = [
            group("decision", "Decision", facets.decision), group("status", "Status", facets.status),
            group("flag", "Checks", facets.flags),
            Group(name: "flagged", title: "Doubted", values: Self.halves(facets.flagged, facets.unflagged)),
            group("rating", "Rating", facets.rating + unrated),
            group("tag", "Tags", facets.tags, hasMore: facets.hasMoreTags), group("model", "Model", facets.model),
            group("source", "Video", facets.source, hasMore: facets.hasMoreSources),
            Group(name: "edited", title: "Edited", values: Self.halves(facets.edited, facets.unedited)),
            Group(name: "preview", title: "Preview", values: Self.halves(facets.withPreview, facets.withoutPreview)),
        ]
    }

    private static func halves(_ with: Int, _ without: Int) -> [Value] {
        [Value(value: "1", count: with), Value(value: "0", count: without)]
    }
}
