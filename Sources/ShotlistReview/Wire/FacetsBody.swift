import ShotlistCatalog

/// Counts as the page gets them: groups, each by the name that it has in addresses.
struct FacetsBody: Encodable {
    private let count: Int
    private let groups: [Group]

    private struct Group: Encodable {
        let name: String
        let title: String
        let values: [Value]
    }

    private struct Value: Encodable {
        let value: String
        let count: Int
    }

    init(_ facets: Facets) {
        count = facets.count
        func group(_ name: String, _ title: String, _ counts: [Facets.Count]) -> Group {
            Group(name: name, title: title, values: counts.map { Value(value: $0.value, count: $0.count) })
        }
        groups = [
            group("decision", "Decision", facets.decision), group("status", "Status", facets.status),
            group("flag", "Checks", facets.flags), group("rating", "Rating", facets.rating),
            group("tag", "Tags", facets.tags), group("model", "Model", facets.model),
            group("source", "Video", facets.source),
            Group(name: "edited", title: "Edited", values: Self.halves(facets.edited, of: facets.count)),
            Group(name: "preview", title: "Preview", values: Self.halves(facets.withPreview, of: facets.count)),
        ]
    }

    private static func halves(_ part: Int, of all: Int) -> [Value] {
        [Value(value: "1", count: part), Value(value: "0", count: all - part)]
    }
}
