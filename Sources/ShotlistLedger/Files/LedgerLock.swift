import Foundation
import ShotlistCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Makes a run the only one that works on an output.
///
/// The lock is the system's, on an open file, so that it ends with the process, however that ends. Programs that this
/// one starts do not inherit it. In the file is who holds it, for the sentence that another run shows.
public final class LedgerLock: Sendable {
    private let descriptor: Mutex<Int32?>

    private init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Takes the lock of an output; makes its folder where it is missing.
    ///
    /// - Parameters:
    ///   - outputPath: the output folder.
    ///   - now: the time that another run shows.
    /// - Throws: ``ShotlistError``: `output_in_use` with the process that holds the lock, its machine and since when;
    ///   `output_invalid`, `write_failed` when there can be no lock there.
    public static func take(outputPath: String, now: Date = Date()) throws(ShotlistError) -> LedgerLock {
        let place = LedgerPlace(outputPath: outputPath)
        try place.makeFolder()
        let descriptor = open(place.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unlockable(place, String(cString: strerror(errno))) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR { continue }
            let holder = holder(descriptor)
            close(descriptor)
            guard number == EWOULDBLOCK else { throw unlockable(place, String(cString: strerror(number))) }
            throw ShotlistError(
                .outputInUse, "Another run works on '\(place.output)': \(holder ?? "it does not say which").",
                remedy: "Wait until it is done, stop it, or give another output path.")
        }
        let text = "process \(getpid()) on \(host()), since \(now.ISO8601Format())"
        // The text is for people alone: a full disk must not keep a run from telling what is done.
        _ = ftruncate(descriptor, 0)
        _ = Array(text.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return LedgerLock(descriptor)
    }

    /// Gives the lock back; further calls do nothing.
    public func release() {
        let held = descriptor.withLock { $0.take() }
        guard let held else { return }
        _ = ftruncate(held, 0)
        // Closing alone would leave the lock with a program that is being started on another thread and has not yet closed
        // what it does not inherit.
        _ = flock(held, LOCK_UN)
        close(held)
    }

    /// Who holds the lock, as it wrote it; nil when it has not yet.
    private static func holder(_ descriptor: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func host() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, 255) == 0 else { return "a machine without a name" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func unlockable(_ place: LedgerPlace, _ why: String) -> ShotlistError {
        ShotlistError(
            .writeFailed, "'\(place.lock)' cannot be locked: \(why).",
            remedy: "Check the rights of the output folder, or give an output path on a disk that keeps locks.")
    }
}
