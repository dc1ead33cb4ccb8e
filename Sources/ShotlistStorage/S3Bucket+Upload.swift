import Crypto
import Foundation
import NIOPosix
import ShotlistCore

/// Files on their way up.
extension S3Bucket {
    /// The most parts that an upload may have.
    private static let mostParts = 10_000
    /// Parts that are sent at once, and so held in memory.
    private static let partsAtOnce = 3

    /// Writes a file as an object, replacing what is there; a large one in parts. The object is there as a whole or
    /// not at all, and parts of an upload that fails are removed.
    ///
    /// - Parameter label: a note with it, of visible ASCII.
    /// - Throws: ``ShotlistError``, as for other calls; `unreadable` for a file that cannot be read.
    public func upload(_ path: String, to location: S3Location, label: String? = nil) async throws {
        let file = try await Self.blocking { try UploadFile(path: path) }
        if file.size <= transport.settings.partSize {
            try await put(
                try await Self.blocking { try file.read(at: 0, count: file.size) }, to: location, label: label)
        } else {
            try await uploadInParts(file, to: location, label)
        }
        guard try await look(location)?.size == file.size else {
            throw ShotlistError(
                .writeFailed, "'\(location)' is not as large as what was sent, \(file.size) bytes.",
                remedy: "See that nothing else writes there, and run the same command again.")
        }
    }

    private func uploadInParts(_ file: UploadFile, to location: S3Location, _ label: String?) async throws {
        var request = S3Request("POST", path: Self.path(location))
        request.query = [("uploads", "")]
        request.headers = [
            ("content-type", Self.type(of: location.key)), ("x-amz-checksum-algorithm", "SHA256"),
        ]
        if let label { request.headers.append((S3Object.labelHeader, label)) }
        let upload = try await transport.ask(request, about: location) { answer in
            guard let id = XMLElements.root(of: try await answer.data())?["UploadId"], !id.isEmpty else {
                throw S3PassingFault(reason: "it names no upload")
            }
            return id
        }
        do {
            let parts = try await sendParts(of: file, upload, to: location)
            try await complete(parts, upload, location)
        } catch {
            // A task of its own, since a cancelled run leaves nothing behind either.
            await Task { await self.abort(upload, location) }.value
            throw error
        }
    }

    private struct Part: Sendable {
        let number: Int
        let eTag: String
        /// SHA-256 of the part.
        let digest: Data
    }

    private func sendParts(of file: UploadFile, _ upload: String, to location: S3Location) async throws -> [Part] {
        let size = max(transport.settings.partSize, file.size / (Self.mostParts - 1) + 1)
        let count = (file.size + size - 1) / size
        return try await withThrowingTaskGroup(of: Part.self) { group in
            var parts: [Part] = []
            for number in 1...count {
                if number > Self.partsAtOnce, let part = try await group.next() { parts.append(part) }
                let start = (number - 1) * size
                group.addTask {
                    let data = try await Self.blocking {
                        try file.read(at: start, count: min(size, file.size - start))
                    }
                    return try await self.send(data, number, upload, location)
                }
            }
            for try await part in group { parts.append(part) }
            return parts.sorted { $0.number < $1.number }
        }
    }

    private func send(_ data: Data, _ number: Int, _ upload: String, _ location: S3Location) async throws -> Part {
        var request = S3Request("PUT", path: Self.path(location))
        request.query = [("partNumber", "\(number)"), ("uploadId", upload)]
        request.headers = Self.checks(data)
        request.body = data
        let digest = Data(SHA256.hash(data: data))
        return try await transport.ask(request, about: location) { answer in
            try Self.compare(answer.header("x-amz-checksum-sha256"), with: digest.base64EncodedString())
            guard let tag = answer.header("ETag") else { throw S3PassingFault(reason: "it names no part") }
            _ = try await answer.data()
            return Part(number: number, eTag: tag, digest: digest)
        }
    }

    private func complete(_ parts: [Part], _ upload: String, _ location: S3Location) async throws {
        let entries = parts.map { part in
            let tag = part.eTag.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(tag)</ETag>"
                + "<ChecksumSHA256>\(part.digest.base64EncodedString())</ChecksumSHA256></Part>"
        }
        var request = S3Request("POST", path: Self.path(location))
        request.query = [("uploadId", upload)]
        request.body = Data("<CompleteMultipartUpload>\(entries.joined())</CompleteMultipartUpload>".utf8)
        request.headers = [("content-type", "application/xml")]
        let together = parts.reduce(into: Data()) { $0 += $1.digest }
        let sum = "\(Self.checksum(together))-\(parts.count)"
        do {
            try await transport.ask(request, about: location) { answer in
                // The head is sent before the parts are put together: the body says whether that went well.
                let said = XMLElements.root(of: try await answer.data())
                guard let said, said.name == "CompleteMultipartUploadResult" else {
                    let code = said?["Code"] ?? "no answer"
                    throw S3PassingFault(reason: "the upload's parts were not put together (\(code.printable))")
                }
                // Not every server tells it, or in this way.
                if let told = said["ChecksumSHA256"], told.contains("-") { try Self.compare(told, with: sum) }
            }
        } catch let error as ShotlistError where error.code == .unreadable {
            // An answer that was lost: the upload is over, and its object is there. The caller looks at its size.
            guard try await look(location) != nil else { throw error }
        }
    }

    private func abort(_ upload: String, _ location: S3Location) async {
        var request = S3Request("DELETE", path: Self.path(location))
        request.query = [("uploadId", upload)]
        // What cannot be removed costs room until the bucket's own rule for such uploads removes it.
        try? await transport.ask(request, about: location) { answer in _ = try await answer.data() }
    }

    /// Runs what waits for the disk on a thread that may.
    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
