import ShotlistCore

/// What proves to a server who asks. It prints as a placeholder, so that no message, log line or error can hold it.
package struct S3Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Which key it is; no secret.
    package let accessKey: String
    let secretKey: String
    let sessionToken: String?

    /// Takes a key as it is in the environment or in a file.
    package init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }

    /// Whether it can be sent at all: visible ASCII.
    var isSendable: Bool {
        [accessKey, sessionToken ?? "-"].allSatisfy { text in
            !text.isEmpty && text.utf8.allSatisfy { (0x21..<0x7f).contains($0) }
        }
    }

    package var description: String { "(credentials)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
