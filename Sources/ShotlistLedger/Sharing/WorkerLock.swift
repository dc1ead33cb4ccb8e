import Foundation
import ShotlistCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Says that a run is alive: a file of its own, which it has locked. The system lets go of it when the process ends, however
/// that ends, so that no clock tells who is dead.
final class WorkerLock: Sendable {
    /// The file's name, below `.shotlist`.
    let name: String
    private let path: String
    private let descriptor: Mutex<Int32?>

    /// Makes and locks a file that nobody else has.
    init(_ place: LedgerPlace) throws(ShotlistError) {
        name = "worker-\(UUID().uuidString.lowercased()).lock"
        path = place.folder + "/" + name
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            if file >= 0 { close(file) }
            throw ShotlistError(
                number == ENOSPC || number == EDQUOT ? .diskFull : .writeFailed,
                "'\(path)' cannot be locked: \(String(cString: strerror(number))).",
                remedy: "Check the disk and the rights of the output folder.")
        }
        descriptor = Mutex(file)
    }

    deinit { release() }

    /// Says that the run is over; further calls do nothing.
    func release() {
        guard let held = descriptor.withLock({ $0.take() }) else { return }
        unlink(path)
        _ = flock(held, LOCK_UN)
        close(held)
    }

    /// Whether the run of such a file is alive. A dead one's file is removed.
    static func isAlive(_ name: String, in place: LedgerPlace) -> Bool {
        let path = place.folder + "/" + name
        let file = open(path, O_RDONLY | O_CLOEXEC)
        // A file that is there and cannot be opened is taken for that of a run that is alive: two must never work on one video.
        guard file >= 0 else { return errno != ENOENT }
        defer { close(file) }
        guard flock(file, LOCK_SH | LOCK_NB) == 0 else { return true }
        unlink(path)
        return false
    }
}
