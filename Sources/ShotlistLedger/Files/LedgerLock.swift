import Foundation
import ShotlistCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Makes a run the only one that works on an output, or one of those that share it.
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
        let descriptor = try open(place)
        guard try lock(descriptor, LOCK_EX, place) else { throw inUse(place, descriptor) }
        RunPresence.mark(descriptor, isShared: false)
        say(now, descriptor)
        return LedgerLock(descriptor)
    }

    /// Takes the lock of an output alone when nobody has it, and otherwise together with runs that share it.
    ///
    /// - Returns: the lock, and whether it is this run's alone until ``share(outputPath:)``.
    /// - Throws: ``ShotlistError``: as ``take(outputPath:now:)``; `not_available` on a network file system.
    public static func join(outputPath: String) throws(ShotlistError) -> (lock: LedgerLock, isAlone: Bool) {
        let place = LedgerPlace(outputPath: outputPath)
        try place.makeFolder()
        try NetworkFileSystem.refuse(place)
        let descriptor = try open(place)
        // The one that is first has it alone while it sets the ledger up.
        for _ in 0..<Self.tries {
            if try lock(descriptor, LOCK_EX, place) {
                RunPresence.mark(descriptor, isShared: true)
                say(Date(), descriptor)
                return (LedgerLock(descriptor), true)
            }
            if try lock(descriptor, LOCK_SH, place) {
                RunPresence.mark(descriptor, isShared: true)
                return (LedgerLock(descriptor), false)
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw inUse(place, descriptor, "Wait until it is done, stop it, or give another output path.")
    }

    /// How often a lock is asked for that another run has for a moment, every tenth of a second.
    private static let tries = 600

    /// Lets others in that share the output.
    ///
    /// - Throws: ``ShotlistError`` (`output_in_use`) when one that does not was quicker.
    public func share(outputPath: String) throws(ShotlistError) {
        let place = LedgerPlace(outputPath: outputPath)
        guard let held = descriptor.withLock({ $0 }) else { return }
        // The system may let go of the one lock before it gives the other.
        for _ in 0..<Self.tries {
            let isShared: Bool
            do {
                isShared = try Self.lock(held, LOCK_SH, place)
            } catch {
                // It is closed.
                descriptor.withLock { $0 = nil }
                throw error
            }
            if isShared { return }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw ShotlistError(
            .outputInUse, "Another run works on '\(place.output)'.",
            remedy: "Wait until it is done, stop it, or give another output path.")
    }

    private static func open(_ place: LedgerPlace) throws(ShotlistError) -> Int32 {
        var descriptor: Int32 = -1
        // A run that ends takes away the folder that it leaves empty.
        for _ in 0..<20 {
            try place.makeFolder()
            descriptor = Foundation.open(place.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor < 0, errno == ENOENT else { break }
        }
        guard descriptor >= 0 else { throw unlockable(place, String(cString: strerror(errno))) }
        return descriptor
    }

    /// Locks an open file, alone or with others; false when another's lock is in the way.
    private static func lock(
        _ descriptor: Int32, _ kind: Int32, _ place: LedgerPlace
    ) throws(ShotlistError) -> Bool {
        while flock(descriptor, kind | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR { continue }
            if number == EWOULDBLOCK { return false }
            close(descriptor)
            throw unlockable(place, String(cString: strerror(number)))
        }
        return true
    }

    private static func inUse(
        _ place: LedgerPlace, _ descriptor: Int32,
        _ remedy: String = "Wait until it is done, stop it, give another output path, or start both with --join."
    ) -> ShotlistError {
        let holder = holder(descriptor)
        close(descriptor)
        return ShotlistError(
            .outputInUse, "Another run works on '\(place.output)': \(holder ?? "it does not say which").",
            remedy: remedy)
    }

    private static func say(_ now: Date, _ descriptor: Int32) {
        let text = "process \(getpid()) on \(host()), since \(now.ISO8601Format())"
        // The text is for people alone: a full disk must not keep a run from telling what is done.
        _ = ftruncate(descriptor, 0)
        _ = Array(text.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Gives the lock back; further calls do nothing.
    public func release() {
        let held = descriptor.withLock { $0.take() }
        guard let held else { return }
        RunPresence.unmark(held)
        // What is said of others that share the output is still so.
        if flock(held, LOCK_EX | LOCK_NB) == 0 { _ = ftruncate(held, 0) }
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

    package static func host() -> String {
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
