import Foundation
import NIOCore
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// Files on their way down.
extension S3Bucket {
    /// Bytes that make a new try of one that came on.
    private static let piece = 1 << 20

    /// Brings an object here, exactly the one that was listed: another content under its key is refused. After a
    /// break it goes on where it was.
    ///
    /// The file appears under its name only when it is whole. It is a copy that is thrown away after use, and so it
    /// is not waited for that it is on the disk.
    ///
    /// - Throws: ``ShotlistError``, as for other calls; `disk_full`, `write_failed`.
    public func download(_ object: S3Object, to path: String) async throws {
        let part = path + ".part"
        let file = try await Self.blocking { try DownloadFile(path: part) }
        do {
            // Only a piece that was never here before counts as progress, so that no server is asked for ever.
            while file.count < object.size || object.size == 0 {
                let before = file.count
                try await transport.trying(about: object.location) { failures in
                    guard failures == 0 || file.count < before + Self.piece else { return }
                    try await self.fetchRest(of: object, into: file)
                }
                if object.size == 0 { break }
            }
            try file.compare(of: object.location)
            try await Self.blocking { try file.finish(as: path) }
        } catch {
            unlink(part)
            throw error
        }
    }

    private func fetchRest(of object: S3Object, into file: DownloadFile) async throws {
        let start = file.count
        // What broke was the end of a connection that had told everything.
        guard start < object.size || object.size == 0 else { return }
        var request = S3Request("GET", path: Self.path(object.location))
        request.headers = [("if-match", object.eTag), ("x-amz-checksum-mode", "ENABLED")]
        if start > 0 { request.headers.append(("range", "bytes=\(start)-")) }
        try await transport.once(request, about: object.location) { answer in
            guard answer.header("ETag").map(S3Object.quoted) ?? object.eTag == object.eTag else {
                throw Self.changed(object)
            }
            if start == 0 {
                // That of an object in parts is none of its bytes.
                let isOfParts = answer.header("x-amz-checksum-type") == "COMPOSITE"
                if let sum = answer.header("x-amz-checksum-sha256"), !sum.contains("-"), !isOfParts {
                    file.note(sum: sum)
                }
            } else {
                let range = answer.header("Content-Range") ?? ""
                guard answer.status == 206, range == "bytes \(start)-\(object.size - 1)/\(object.size)" else {
                    throw S3PassingFault(reason: "it sends another part of the object than was asked for")
                }
            }
            // While a piece is written nothing more is read, so the network waits for the disk.
            for try await buffer in answer.body {
                guard file.count + buffer.readableBytes <= object.size else { throw Self.changed(object) }
                try await Self.blocking { try file.write(buffer) }
            }
            guard file.count == object.size else {
                throw S3PassingFault(reason: "the connection ended after \(file.count) of \(object.size) bytes")
            }
        }
    }

    private static func changed(_ object: S3Object) -> ShotlistError {
        ShotlistError(
            .unreadable, "'\(object.location)' has changed since this run looked at it first.",
            remedy: "Run the same command again.")
    }
}
