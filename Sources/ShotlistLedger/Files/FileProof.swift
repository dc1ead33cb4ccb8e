import Foundation
import ShotlistCore

/// What a file was when it was written: by this it is known whether it still is.
public struct FileProof: Sendable, Hashable, Codable {
    /// Its size.
    public let bytes: Int
    /// SHA-256 of its bytes, 64 characters.
    public let sha256: String

    /// Makes a proof from its parts.
    public init(bytes: Int, sha256: String) {
        self.bytes = bytes
        self.sha256 = sha256
    }

    /// The proof of bytes that are to be written.
    public init(of data: Data) {
        self.init(bytes: data.count, sha256: ContentHash.sha256(data))
    }

    /// The proof of the file at `path` as it is now. It reads the whole file, and so blocks.
    ///
    /// - Throws: ``ShotlistError`` (`unreadable`).
    public static func of(path: String) throws(ShotlistError) -> FileProof {
        var hash = RunningHash()
        let bytes = try PlainFile(path: path).readAll(into: &hash)
        return FileProof(bytes: bytes, sha256: hash.hex)
    }
}

/// What a source's records were when they were written, all of them as one.
public struct RecordsProof: Sendable, Hashable, Codable {
    /// How many files there are.
    public let count: Int
    /// The size and hash of their bytes, one file after another.
    public let together: FileProof

    /// Makes a proof from its parts.
    public init(count: Int, together: FileProof) {
        self.count = count
        self.together = together
    }

    /// The proof of files that are to be written, in order.
    public init(of files: [Data]) {
        var hash = RunningHash()
        for file in files { file.withUnsafeBytes { hash.add($0) } }
        let bytes = files.reduce(0) { $0 + $1.count }
        self.init(count: files.count, together: FileProof(bytes: bytes, sha256: hash.hex))
    }

    /// The proof of the files at `paths` as they are now, in order. It reads them, and so blocks.
    ///
    /// - Throws: ``ShotlistError`` (`unreadable`).
    public static func of(paths: [String]) throws(ShotlistError) -> RecordsProof {
        var hash = RunningHash()
        var bytes = 0
        for path in paths { bytes += try PlainFile(path: path).readAll(into: &hash) }
        return RecordsProof(count: paths.count, together: FileProof(bytes: bytes, sha256: hash.hex))
    }
}
