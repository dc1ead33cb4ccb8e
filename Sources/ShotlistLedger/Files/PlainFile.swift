import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// A plain file that is open for reading.
///
/// Whatever else may have a name (a pipe, a device) is refused, since reading it might never end.
final class PlainFile {
    /// What the system says of the file.
    let stamp: SourceStamp
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(ShotlistError) {
        // A pipe without a writer would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw PlainFile.unreadable(path, String(cString: strerror(errno))) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw PlainFile.unreadable(path, "it is no plain file")
        }
        self.path = path
        self.descriptor = descriptor
        stamp = SourceStamp(status)
    }

    deinit { close(descriptor) }

    /// Hashes all of it, and gives how many bytes that were.
    func readAll(into hash: inout RunningHash) throws(ShotlistError) -> Int {
        var bytes = 0
        while let count = try read(at: bytes, upTo: 1 << 20, into: &hash) { bytes += count }
        return bytes
    }

    /// Hashes what is at `offset`, and gives how many bytes that were; nil at the end.
    func read(at offset: Int, upTo most: Int, into hash: inout RunningHash) throws(ShotlistError) -> Int? {
        var buffer = [UInt8](repeating: 0, count: most)
        while true {
            let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, most, off_t(offset)) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable(path, String(cString: strerror(errno))) }
            buffer.withUnsafeBytes { hash.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            return count == 0 ? nil : count
        }
    }

    /// Hashes exactly `count` bytes from `offset`.
    func read(exactly count: Int, at offset: Int, into hash: inout RunningHash) throws(ShotlistError) {
        var done = 0
        while done < count {
            guard let more = try read(at: offset + done, upTo: min(count - done, 1 << 20), into: &hash) else {
                throw Self.unreadable(path, "it became shorter while it was read")
            }
            done += more
        }
    }

    private static func unreadable(_ path: String, _ why: String) -> ShotlistError {
        ShotlistError(
            .unreadable, "'\(path)' cannot be read: \(why).", remedy: "Check that it is there and may be read.")
    }
}

extension Data {
    /// Bytes as hexadecimal digits, as ``ContentHash`` writes them.
    var hex: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// The bytes of a hash; nil without one.
    init?(hash: String?) {
        guard let hash else { return nil }
        self.init(hex: hash)
    }

    /// The bytes of hexadecimal digits; nil for what is none.
    init?(hex: String) {
        let digits = hex.utf8.map { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard digits.count % 2 == 0 else { return nil }
        self.init(capacity: digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[place], let low = digits[place + 1] else { return nil }
            append(high << 4 | low)
        }
    }
}
