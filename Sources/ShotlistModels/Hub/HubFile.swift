import Foundation

/// What a file's bytes must hash to.
enum ContentID: Sendable, Hashable {
    /// SHA-256 of the bytes: large files (LFS).
    case sha256(String)
    /// SHA-1 of git's header and the bytes: files that git itself keeps.
    case gitBlob(String)

    /// Recognises a hash by its length: 64 or 40 hexadecimal digits; nil for anything else.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
        switch text.utf8.count {
        case 64: self = .sha256(text.lowercased())
        case 40: self = .gitBlob(text.lowercased())
        default: return nil
        }
    }

    /// The digits.
    var digits: String {
        switch self {
        case .sha256(let digits), .gitBlob(let digits): digits
        }
    }
}

/// A file of a repository at a commit.
struct HubFile: Sendable, Hashable {
    /// Sizes in bytes that a file, and all of a repository, can have. Sums of what is told beyond would overflow.
    static let sizes = 0...(1 << 50)

    /// Its path in the repository; see ``isSafe(_:)``.
    let path: String
    /// Its size in bytes.
    let size: Int
    /// What its bytes must hash to.
    let content: ContentID

    /// Whether a path of a listing stays below the folder that it is put in. A listing is data of someone else.
    static func isSafe(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return !path.isEmpty && path.utf8.count <= 1024 && !path.utf8.contains(0)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 250 }
    }

    /// Whether shell patterns ask for the file. As with Hugging Face's tools, `*` also matches folders.
    func matches(_ patterns: [String]) -> Bool {
        Self.matches(path, patterns)
    }

    /// Whether the path is a name of our own in the folder, which a listing is not to write: manifests, parts of files,
    /// what is made of the checkpoint.
    var isReserved: Bool {
        path.hasPrefix(".shotlist") || path.hasSuffix(".part") || path == "gguf" || path.hasPrefix("gguf/")
    }

    /// Whether shell patterns ask for a path.
    static func matches(_ path: String, _ patterns: [String]) -> Bool {
        patterns.contains { fnmatch($0, path, 0) == 0 }
    }
}
