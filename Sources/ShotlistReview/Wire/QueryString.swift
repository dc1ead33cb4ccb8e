import Foundation

/// What stands behind the `?` of an address, in its order; a name may come more than once.
struct QueryString: Sendable {
    private let items: [(name: String, value: String)]

    /// Reads `name=value&...`. What cannot be decoded is left out.
    init(_ text: String) {
        items = text.split(separator: "&").prefix(Self.most).compactMap { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), !name.isEmpty else { return nil }
            guard let value = Self.decoded(parts.count == 2 ? parts[1] : "") else { return nil }
            return (name, value)
        }
    }

    /// The first value of a name; nil where there is none, or an empty one.
    func first(_ name: String) -> String? {
        items.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// All values of a name.
    func all(_ name: String) -> [String] {
        items.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }

    /// The most pairs that are read.
    private static let most = 512

    private static func decoded(_ text: Substring) -> String? {
        String(text).replacing("+", with: " ").removingPercentEncoding
    }
}
