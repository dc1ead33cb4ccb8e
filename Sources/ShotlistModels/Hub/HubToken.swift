import Foundation

/// An access token of the hub. It prints as a placeholder, so that no message, log line or error can hold it.
struct HubToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The value of the `Authorization` header; for the transport alone.
    let authorization: String

    /// Takes a token as it is in the environment or in a file; nil when there is none in the text.
    init?(_ text: String) {
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { return nil }
        authorization = "Bearer \(token)"
    }

    /// Whether it can be sent at all: visible ASCII.
    var isSendable: Bool { authorization.utf8.allSatisfy { (0x20..<0x7f).contains($0) } }

    var description: String { "(a token)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
