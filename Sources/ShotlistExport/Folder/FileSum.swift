import Foundation
import ShotlistCore

/// What a manifest tells of a file.
struct FileSum: Sendable, Hashable {
    /// The SHA-256 of its bytes, in hexadecimal digits.
    let sha256: String
    /// How many bytes there are.
    let bytes: Int

    /// Reads a file, of a link what it leads to, and waits until it is on the disk.
    init(of path: String) throws(ShotlistError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Trouble.last("read", path) }
        defer { close(descriptor) }
        var hash = RunningHash()
        var total = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Trouble.last("read", path) }
            guard count > 0 else { break }
            buffer.withUnsafeBytes { hash.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            total += count
        }
        // What was written is to be on the disk before the export has its name.
        // Some file systems have no such call, and what is on a disk that is only read is there.
        guard fsync(descriptor) == 0 || [EINVAL, EROFS, EOPNOTSUPP].contains(errno) else {
            throw Trouble.last("bring to the disk", path)
        }
        sha256 = hash.hex
        bytes = total
    }
}
