import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// A file that is sent, open for as long as that takes.
final class UploadFile: Sendable {
    let size: Int
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(ShotlistError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Self.unreadable(path)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads exactly `count` bytes.
    func read(at offset: Int, count: Int) throws(ShotlistError) -> Data {
        var data = Data(count: count)
        var done = 0
        while done < count {
            let more = data.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
            }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { throw Self.unreadable(path) }
            done += more
        }
        return data
    }

    private static func unreadable(_ path: String) -> ShotlistError {
        ShotlistError(
            .unreadable, "'\(path)' cannot be read, or became shorter.", remedy: "Check that nothing else writes it.")
    }
}
