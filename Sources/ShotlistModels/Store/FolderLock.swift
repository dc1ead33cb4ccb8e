import Foundation
import ShotlistCore

/// A lock that one process or task holds while it writes a model's folder. It ends with the process, however that ends.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Takes the lock, waiting for whoever holds it.
    ///
    /// - Parameters:
    ///   - path: the lock's file; it is left where it is, since removing it would let two in.
    ///   - sleep: how the waiting is done.
    ///   - onWaiting: told once when the lock is held by someone else.
    ///   - onMissing: told when the file system has no locks; then there is none.
    static func take(
        _ path: String, sleep: @Sendable (Duration) async throws -> Void, onWaiting: () -> Void, onMissing: () -> Void
    ) async throws -> FolderLock {
        try Disk.makeFolder((path as NSString).deletingLastPathComponent)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw DiskFailure.now("write", path) }
        let lock = FolderLock(descriptor: descriptor)
        var hasSaid = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR { continue }
            guard number == EWOULDBLOCK else {
                onMissing()
                break
            }
            if !hasSaid { onWaiting() }
            hasSaid = true
            try await sleep(.milliseconds(200))
        }
        return lock
    }

    deinit { close(descriptor) }
}
