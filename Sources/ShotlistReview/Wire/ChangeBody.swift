import ShotlistCatalog
import ShotlistCore

/// A change of one window as the page sends it: `{"expecting": 3, "field": "rating", "value": 5, "seen": "<captionTag>"}`.
struct ChangeBody: Decodable {
    /// The version that the person saw.
    let expecting: Int
    /// The `captionTag` of the words that the person saw; nil when the change is not about them.
    let seen: String?
    /// What is changed.
    let change: ReviewChange

    private enum Keys: String, CodingKey {
        case expecting, seen, field, value
    }

    private enum Field: String, Decodable {
        case caption, decision, rating, tags, note
    }

    init(from decoder: any Decoder) throws {
        let body = try decoder.container(keyedBy: Keys.self)
        expecting = try body.decode(Int.self, forKey: .expecting)
        seen = try body.decodeIfPresent(String.self, forKey: .seen)
        change =
            switch try body.decode(Field.self, forKey: .field) {
            case .caption: .caption(try body.decodeIfPresent(String.self, forKey: .value))
            case .decision: .decision(try body.decode(ReviewDecision.self, forKey: .value))
            case .rating: .rating(try body.decodeIfPresent(Int.self, forKey: .value))
            case .tags: .tags(try body.decode([String].self, forKey: .value))
            case .note: .note(try body.decode(String.self, forKey: .value))
            }
    }
}

/// A change of many windows as the page sends it.
struct BulkBody: Decodable {
    /// Which windows: the part of a list's address behind the `?`.
    let query: String
    /// What a preview gave; nil for the preview itself.
    let token: String?
    /// Which part of the changes a preview is to show: how many come before it; nil for the beginning.
    let offset: Int?
    /// The most changes of that part, up to 200.
    let limit: Int?
    private let kind: Kind
    private let text: String?
    private let find: String?
    private let isRegex: Bool?
    private let matchesCase: Bool?

    private enum Kind: String, Decodable {
        case replace, prefix, suffix, decision, addTag, removeTag, revert
    }

    /// The change.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when a part of it is missing.
    var bulk: BulkChange {
        get throws(ShotlistError) {
            switch kind {
            case .replace:
                .replace(
                    find: try given(find, "text to find"), with: text ?? "", isRegex: isRegex ?? false,
                    matchesCase: matchesCase ?? true)
            case .prefix: .prefix(try given(text, "text"))
            case .suffix: .suffix(try given(text, "text"))
            case .decision: .decision(try decision)
            case .addTag: .addTag(try given(text, "tag"))
            case .removeTag: .removeTag(try given(text, "tag"))
            case .revert: .revert
            }
        }
    }

    private var decision: ReviewDecision {
        get throws(ShotlistError) {
            guard let text, let decision = ReviewDecision(rawValue: text) else { throw Self.missing("decision") }
            return decision
        }
    }

    private func given(_ text: String?, _ name: String) throws(ShotlistError) -> String {
        guard let text, !text.isEmpty else { throw Self.missing(name) }
        return text
    }

    private static func missing(_ name: String) -> ShotlistError {
        ShotlistError(.invalidArgument, "The change has no \(name).", remedy: "Fill it in and preview it again.")
    }
}

/// What a bulk change would do, as the page gets it.
struct BulkPreviewBody: Encodable {
    private let count: Int
    private let windows: Int
    private let token: String
    private let offset: Int
    private let examples: [Example]

    private struct Example: Encodable {
        let key: String
        let before: String
        let after: String
    }

    init(_ preview: BulkPreview) {
        count = preview.count
        windows = preview.windows
        token = preview.token
        offset = preview.offset
        examples = preview.examples.map { Example(key: $0.key.text, before: $0.before, after: $0.after) }
    }
}
