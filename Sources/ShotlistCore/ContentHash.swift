import Crypto
import Foundation

/// Names of content: SHA-256 in lower-case hexadecimal.
public enum ContentHash {
    /// The hash of a text's UTF-8 bytes, 64 characters.
    public static func sha256(_ text: String) -> String {
        hex(SHA256.hash(data: Array(text.utf8)))
    }

    /// The hash of bytes, 64 characters.
    public static func sha256(_ bytes: some DataProtocol) -> String {
        hex(SHA256.hash(data: bytes))
    }

    static func hex(_ digest: SHA256.Digest) -> String {
        digest.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}

/// A hash of bytes that come in pieces, for files that are not read as a whole.
package struct RunningHash {
    private var hasher = SHA256()

    /// A hash of nothing so far.
    package init() {}

    /// Takes the next bytes.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        hasher.update(bufferPointer: bytes)
    }

    /// Takes the UTF-8 bytes of a text.
    package mutating func add(_ text: String) {
        hasher.update(data: Array(text.utf8))
    }

    /// The hash of what was taken so far, 64 characters.
    package var hex: String { ContentHash.hex(hasher.finalize()) }
}
