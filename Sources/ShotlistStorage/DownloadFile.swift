import Crypto
import Foundation
import NIOCore
import ShotlistCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A file that is being brought here, with the hash of what came.
final class DownloadFile: Sendable {
    private struct State {
        var count = 0
        var hash = SHA256()
        /// What the server says of the whole object, in its base64 form.
        var told: String?
    }

    private let path: String
    private let descriptor: Int32
    private let state = Mutex(State())

    init(path: String) throws(ShotlistError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Bytes that are here.
    var count: Int { state.withLock { $0.count } }

    /// Notes the SHA-256 that the server tells of the whole object. An answer with a part of it tells none.
    func note(sum: String) { state.withLock { $0.told = sum } }

    /// Adds bytes at the end.
    func write(_ buffer: ByteBuffer) throws(ShotlistError) {
        let whole = state.withLock { state in
            buffer.withUnsafeReadableBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let more = Glibc.pwrite(
                        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(state.count))
                    if more < 0, errno == EINTR { continue }
                    guard more >= 0 else { return false }
                    state.hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[done..<done + more]))
                    state.count += more
                    done += more
                }
                return true
            }
        }
        guard whole else { throw Self.failure(path) }
    }

    /// Compares what came with the SHA-256 that the server told, if it did.
    func compare(of location: S3Location) throws(ShotlistError) {
        let (hash, told) = state.withLock { ($0.hash, $0.told) }
        let here = Data(hash.finalize()).base64EncodedString()
        guard let told, told != here else { return }
        throw ShotlistError(
            .unreadable,
            "What came of '\(location)' is not what the server says it keeps: its SHA-256 is \(here), and not "
                + "\(told.printable).",
            remedy: "Run the same command again; if it stays so, the server's copy is damaged or a proxy changes it.")
    }

    /// Gives the file its name.
    func finish(as path: String) throws(ShotlistError) {
        guard rename(self.path, path) == 0 else { throw Self.failure(path) }
    }

    private static func failure(_ path: String) -> ShotlistError {
        let number = errno
        if number == ENOSPC || number == EDQUOT {
            return ShotlistError(
                .diskFull, "The disk is full: '\(path)' could not be written.",
                remedy: "Free space, or give another --work-dir, and run the same command again.")
        }
        return ShotlistError(
            .writeFailed, "'\(path)' could not be written: \(String(cString: strerror(number))).",
            remedy: "Check the rights of the work folder, or give another --work-dir.")
    }
}
