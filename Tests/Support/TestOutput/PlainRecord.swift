import Foundation

/// A record without what tells of a run's work alone, by which outputs of two runs are compared.
package enum PlainRecord {
    private static let work: Set<String> = [
        "seconds", "prompt_seconds", "output_seconds", "attempts", "reused_prompt_tokens",
    ]

    /// A record's JSON without times, attempts and reused tokens, with its keys in order.
    package static func json(_ data: Data) throws -> Data {
        let value = strip(try JSONSerialization.jsonObject(with: data))
        return try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
    }

    private static func strip(_ value: Any) -> Any {
        if let fields = value as? [String: Any] {
            return fields.filter { key, _ in
                !work.contains { key == $0 || key.hasSuffix("_" + $0) }
            }.mapValues { strip($0) }
        }
        if let items = value as? [Any] { return items.map { strip($0) } }
        return value
    }
}
