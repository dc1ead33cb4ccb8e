import Crypto
import Foundation

/// Hashes a file's bytes as they come.
struct ContentHasher: Sendable {
    private var sha256: SHA256?
    private var sha1: Insecure.SHA1?

    /// A hasher for the kind of hash that `content` is, of a file of `size` bytes.
    init(for content: ContentID, size: Int) {
        switch content {
        case .sha256: sha256 = SHA256()
        case .gitBlob:
            var hasher = Insecure.SHA1()
            // git hashes its object, and not the bytes alone.
            hasher.update(data: Array("blob \(size)\0".utf8))
            sha1 = hasher
        }
    }

    /// Takes the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        sha256?.update(bufferPointer: bytes)
        sha1?.update(bufferPointer: bytes)
    }

    /// The hash, in lower-case hexadecimal.
    func digits() -> String {
        func hex(_ digest: some Sequence<UInt8>) -> String {
            digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        if let sha256 { return hex(sha256.finalize()) }
        return sha1.map { hex($0.finalize()) } ?? ""
    }
}
