import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// What a file's folder says of it. As long as it is the same, nobody reads the file to see whether it has changed.
public struct SourceStamp: Sendable, Hashable {
    /// The file's size in bytes.
    public let size: Int
    /// When it was last written, in nanoseconds since 1970. Only whether it is the same counts, so that clocks that
    /// jump do no harm.
    public let modified: Int64

    /// Makes a stamp from its parts.
    public init(size: Int, modified: Int64) {
        self.size = size
        self.modified = modified
    }

    init(_ status: stat) {
        let time = status.st_mtim
        self.init(
            size: Int(status.st_size), modified: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// The stamp of the file at `path`.
    ///
    /// - Throws: ``ShotlistError`` (`unreadable`) when there is none, or something that is no plain file.
    public static func of(path: String) throws(ShotlistError) -> SourceStamp {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ShotlistError(
                .unreadable, "'\(path)' is not there any more, or is no plain file.",
                remedy: "Bring it back, or run again to leave it out.")
        }
        return SourceStamp(status)
    }
}

/// What a video file holds, told from parts of it: videos are too large to be read as a whole before each run.
///
/// The digest is the SHA-256 of the size (its decimal digits and a space), the first MiB, 62 pieces of 16 KiB at even
/// distances between them, and the last MiB; of a file that is no larger than these together, of the size and all of it.
/// A change of other bytes alone, in a file whose size stays, is not seen.
public struct SourceFingerprint: Sendable, Hashable {
    /// The file's size and time when it was read.
    public let stamp: SourceStamp
    /// The digest, 64 hexadecimal characters.
    public let digest: String

    /// Makes a fingerprint from its parts.
    public init(stamp: SourceStamp, digest: String) {
        self.stamp = stamp
        self.digest = digest
    }

    private static let end = 1 << 20
    private static let piece = 16 << 10
    private static let pieces = 62

    /// The fingerprint of the file at `path`. It reads up to 3 MB, and so blocks.
    ///
    /// - Throws: ``ShotlistError`` (`unreadable`).
    public static func of(path: String) throws(ShotlistError) -> SourceFingerprint {
        let file = try PlainFile(path: path)
        let size = file.stamp.size
        var hash = RunningHash()
        hash.add("\(size) ")
        for range in ranges(size: size) { try file.read(exactly: range.count, at: range.lowerBound, into: &hash) }
        return SourceFingerprint(stamp: file.stamp, digest: hash.hex)
    }

    /// What is read of a file.
    private static func ranges(size: Int) -> [Range<Int>] {
        let between = size - 2 * end - pieces * piece
        guard between > 0 else { return [0..<size] }
        // The bytes that are left out make 63 gaps of one size.
        let middle = (0..<pieces).map { index in
            let start = end + index * piece + between / (pieces + 1) * (index + 1)
            return start..<start + piece
        }
        return [0..<end] + middle + [size - end..<size]
    }
}
