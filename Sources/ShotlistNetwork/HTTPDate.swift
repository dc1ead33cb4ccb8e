import Foundation

/// Dates as HTTP writes them (RFC 9110, 5.6.7): `Wed, 21 Oct 2015 07:28:00 GMT`.
package enum HTTPDate {
    /// The date that a header tells; nil when it tells none.
    package static func parse(_ text: String) -> Date? {
        // Foundation's formatter traps on bytes that are no letters of a date (found by fuzzing).
        guard text.utf8.count <= 64, text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return nil }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text)
    }
}
