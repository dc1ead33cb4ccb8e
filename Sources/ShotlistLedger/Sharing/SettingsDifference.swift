import Foundation

/// What two runs were asked for otherwise, in words.
enum SettingsDifference {
    /// Nil when nothing differs.
    ///
    /// - Parameters:
    ///   - own: this run's settings as JSON.
    ///   - other: another's.
    static func text(
        of own: String, _ policy: String, from other: String, _ otherPolicy: String
    ) -> String? {
        var parts: [String] = []
        if own != other { parts = paths(value(own), value(other), "") }
        if own != other, parts.isEmpty { parts = ["the settings"] }
        if policy != otherPolicy { parts.append("what is done with earlier work (\(otherPolicy), here \(policy))") }
        guard !parts.isEmpty else { return nil }
        let more = parts.count > 6 ? " and \(parts.count - 6) more" : ""
        return "\(parts.prefix(6).joined(separator: ", "))\(more) differ"
    }

    private static func value(_ text: String) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    /// The places where two values differ, such as `captions.prompt`.
    private static func paths(_ one: Any?, _ other: Any?, _ place: String) -> [String] {
        if let one = one as? [String: Any], let other = other as? [String: Any] {
            return Set(one.keys).union(other.keys).sorted().flatMap { key in
                paths(one[key], other[key], place.isEmpty ? key : place + "." + key)
            }
        }
        return isSame(one, other) ? [] : [place.isEmpty ? "the settings" : place]
    }

    private static func isSame(_ one: Any?, _ other: Any?) -> Bool {
        func text(_ value: Any?) -> String? {
            guard let value else { return nil }
            let data = try? JSONSerialization.data(
                withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
            return data.map { String(decoding: $0, as: UTF8.self) }
        }
        return text(one) == text(other)
    }
}
