import Foundation

/// The pause that a server asks for.
package enum RetryAfter {
    /// What a `Retry-After` header says: seconds, or a date; nil when it says neither.
    package static func duration(_ text: String?, now: Date = Date()) -> Duration? {
        guard let text = text?.trimmingCharacters(in: .whitespaces) else { return nil }
        if let seconds = Int(text) { return .seconds(min(max(0, seconds), 1_000_000)) }
        guard let date = HTTPDate.parse(text) else { return nil }
        return .seconds(min(max(0, date.timeIntervalSince(now).rounded(.up)), 1_000_000))
    }
}
