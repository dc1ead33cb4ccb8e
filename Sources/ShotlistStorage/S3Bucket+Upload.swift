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

    /// An upload in parts that was begun.
    private struct Begun: Sendable {
        let id: String
        /// What its object is known by when the answer is lost that says that it is there.
        let nonce: String
        let location: S3Location
    }

    private static let nonceHeader = "x-amz-meta-shotlist-upload"

    private func uploadInParts(_ file: UploadFile, to location: S3Location, _ label: String?) async throws {
        let nonce = UUID().uuidString.lowercased()
        var notes = [(name: Self.nonceHeader, value: nonce)]
        if let label { notes.append((S3Object.labelHeader, label)) }
        let id = try await begin(location, headers: notes)
        let upload = Begun(id: id, nonce: nonce, location: location)
        do {
            try await complete(try await sendParts(of: file, upload), upload)
        } catch {
            // A task of its own, since a cancelled run leaves nothing behind either.
            await Task { try? await self.abort(id, location) }.value
            throw error
        }
    }

    /// Begins an upload in parts, and gives what the server calls it.
    package func begin(_ location: S3Location, headers: [(name: String, value: String)]) async throws -> String {
        var request = S3Request("POST", path: Self.path(location))
        request.query = [("uploads", "")]
        request.headers =
            headers + [
                ("content-type", Self.type(of: location.key)), ("x-amz-checksum-algorithm", "SHA256"),
            ]
        return try await transport.ask(request, about: location) { answer in
            guard let id = XMLElements.root(of: try await answer.data())?["UploadId"], !id.isEmpty else {
                throw S3PassingFault(reason: "it names no upload")
            }
            return id
        }
    }

    private struct Part: Sendable {
        let number: Int
        let eTag: String
        /// SHA-256 of the part.
        let digest: Data
    }

    private func sendParts(of file: UploadFile, _ upload: Begun) async throws -> [Part] {
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
                    return try await self.send(data, number, upload)
                }
            }
            for try await part in group { parts.append(part) }
            return parts.sorted { $0.number < $1.number }
        }
    }

    private func send(_ data: Data, _ number: Int, _ upload: Begun) async throws -> Part {
        var request = S3Request("PUT", path: Self.path(upload.location))
        request.query = [("partNumber", "\(number)"), ("uploadId", upload.id)]
        request.headers = Self.checks(data)
        request.body = data
        let digest = Data(SHA256.hash(data: data))
        return try await transport.ask(request, about: upload.location) { answer in
            try Self.compare(answer.header("x-amz-checksum-sha256"), with: digest.base64EncodedString())
            guard let tag = answer.header("ETag") else { throw S3PassingFault(reason: "it names no part") }
            _ = try await answer.data()
            return Part(number: number, eTag: tag, digest: digest)
        }
    }

    private func complete(_ parts: [Part], _ upload: Begun) async throws {
        let entries = parts.map { part in
            let tag = part.eTag.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(tag)</ETag>"
                + "<ChecksumSHA256>\(part.digest.base64EncodedString())</ChecksumSHA256></Part>"
        }
        var request = S3Request("POST", path: Self.path(upload.location))
        request.query = [("uploadId", upload.id)]
        request.body = Data("<CompleteMultipartUpload>\(entries.joined())</CompleteMultipartUpload>".utf8)
        request.headers = [("content-type", "application/xml")]
        let together = parts.reduce(into: Data()) { $0 += $1.digest }
        let sum = "\(Self.checksum(together))-\(parts.count)"
        do {
            try await transport.ask(request, about: upload.location) { answer in
                // The head is sent before the parts are put together: the body says whether that went well.
                let said = XMLElements.root(of: try await answer.data())
                guard let said, said.name == "CompleteMultipartUploadResult" else {
                    let code = said?["Code"] ?? "no answer"
                    throw S3PassingFault(reason: "the upload's parts were not put together (\(code.printable))")
                }
                try Self.compareWhole(said["ChecksumSHA256"], with: sum, upload)
            }
        } catch let error as ShotlistError where error.code == .unreadable {
            // An answer that was lost, perhaps: then the upload is over, and its object is there.
            try await findObject(of: upload, sum)
        }
    }

    /// - Throws: ``ShotlistError`` (`write_failed`) when the object that is there is not the one of the upload.
    private func findObject(of upload: Begun, _ sum: String) async throws {
        var request = S3Request("HEAD", path: Self.path(upload.location))
        request.headers = [("x-amz-checksum-mode", "ENABLED")]
        let isOurs: Bool
        do {
            isOurs = try await transport.ask(request, about: upload.location) { answer in
                // There is none; that is read, so that the connection can be used again.
                _ = try await answer.data()
                guard answer.header(Self.nonceHeader) == upload.nonce else { return false }
                try Self.compareWhole(answer.header("x-amz-checksum-sha256"), with: sum, upload)
                return true
            }
        } catch let error as ShotlistError where error.code == .unreadable {
            isOurs = false
        }
        guard isOurs else {
            throw ShotlistError(
                .writeFailed, "The upload of '\(upload.location)' was removed on the server before it was whole.",
                remedy: "See that nothing else removes uploads there, and run the same command again.")
        }
    }

    /// Compares the checksum of an object in parts, where the server tells it. A second try would find the upload gone
    /// and the object there, and so this is no fault that may pass.
    private static func compareWhole(_ told: String?, with sum: String, _ upload: Begun) throws(ShotlistError) {
        // Not every server tells it, or in this way.
        guard let told, told.contains("-"), told != sum else { return }
        throw ShotlistError(
            .writeFailed, "'\(upload.location)' is not made of the bytes that were sent, by its checksum.",
            remedy: "Run the same command again; if it stays so, the server or a proxy before it is damaged.")
    }

    /// Runs what waits for the disk on a thread that may.
    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
