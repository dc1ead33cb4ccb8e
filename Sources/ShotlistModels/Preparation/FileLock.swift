import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// A lock that one process on this machine holds, through an open file; it ends with the process at the latest.
final class FileLock {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Waits until the lock is free and takes it.
    ///
    /// - Parameters:
    ///   - path: the file; made where it is missing.
    ///   - onWait: called once when another holds it.
    /// - Throws: ``ShotlistError`` when the file cannot be made; `CancellationError`.
    static func take(_ path: String, onWait: () -> Void) async throws -> FileLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileSystem.cannotWrite(path) }
        let lock = FileLock(descriptor: descriptor)
        var waited = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR { continue }
            // A file system without locks: two that prepare at once do the work twice, and each file is placed whole.
            guard number == EWOULDBLOCK else { break }
            if !waited { onWait() }
            waited = true
            try await Task.sleep(for: .milliseconds(200))
        }
        return lock
    }
}
