import Foundation
import ShotlistCore

/// A Unix socket on which a worker listens, for one feeder after another.
struct WorkerSocket: Sendable {
    let path: String

    /// Serves feeders until the worker is stopped or told to drain.
    ///
    /// - Throws: ``ShotlistError``: `invalid_argument`, `write_failed`; `CancellationError` when it was stopped.
    func serve(_ worker: Worker) async throws {
        let listener = try listen()
        defer {
            close(listener)
            unlink(path)
        }
        while true {
            let connection = try await Abandonable.wait {
                try await withCheckedThrowingContinuation { done in
                    Thread.detachNewThread { done.resume(with: Result { try Self.accept(listener) }) }
                }
            }
            defer { close(connection) }
            if case .drained = try await worker.serve(input: connection, output: connection) { return }
            try Task.checkCancellation()
        }
    }

    private func listen() throws(ShotlistError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, bytes.count < room else {
            throw ShotlistError(
                .invalidArgument, "'\(path.printable)' is no path for a socket: it has \(bytes.count) bytes.",
                remedy: "Give one of 1 to \(room - 1) bytes.")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // One that a killed worker left; another that is alive would answer.
        if isDead(address) { unlink(path) }
        let mask = umask(0o177)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        let number = errno
        umask(mask)
        guard descriptor >= 0, isBound, Foundation.listen(descriptor, 8) == 0 else {
            close(descriptor)
            throw ShotlistError(
                .writeFailed, "A worker cannot listen on '\(path.printable)': \(String(cString: strerror(number))).",
                remedy: "Give a path in a folder that you may write to, and that no other worker has.")
        }
        return descriptor
    }

    private func isDead(_ address: sockaddr_un) -> Bool {
        var address = address
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) != 0 && errno == ECONNREFUSED
            }
        }
    }

    /// Waits for a feeder. Blocks; it is called where blocking harms nobody.
    private static func accept(_ listener: Int32) throws -> Int32 {
        while true {
            let connection = Foundation.accept(listener, nil, nil)
            if connection >= 0 { return connection }
            guard errno == EINTR || errno == ECONNABORTED else {
                throw ShotlistError(
                    .internalFailure, "The worker's socket fails: \(String(cString: strerror(errno))).",
                    remedy: "Start the worker again.")
            }
        }
    }
}
