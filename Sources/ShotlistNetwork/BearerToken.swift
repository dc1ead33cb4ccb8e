import Foundation

/// An access token or a key of a server. It prints as a placeholder, so that no message, log line or error can hold it.
package struct BearerToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The value of the `Authorization` header; for the transport alone.
    package let authorization: String

    /// Takes a token as it is in the environment or in a file; nil when there is none in the text.
    package init?(_ text: String) {
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { return nil }
        authorization = "Bearer \(token)"
    }

    /// Whether it can be sent at all: visible ASCII.
    package var isSendable: Bool { authorization.utf8.allSatisfy { (0x20..<0x7f).contains($0) } }

    /// A text from outside without the token, which servers repeat when they refuse it. One of few letters stays: it
    /// is no secret, and would take the sense out of any text.
    package func hidden(in text: String) -> String {
        let token = authorization.dropFirst("Bearer ".count)
        return token.count < 6 ? text : text.replacingOccurrences(of: token, with: description, options: .literal)
    }

    package var description: String { "(a token)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
