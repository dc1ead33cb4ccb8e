import Crypto
import Foundation
import ShotlistCore
import ShotlistNetwork

/// Objects of a server that speaks S3: listing, reading and writing them.
///
/// Every body is covered by the request's signature and by a checksum, and what fails on the way is tried again a few
/// times. All calls throw ``ShotlistError``: `storage_refused` when the server does not let us, `storage_unreachable`
/// when it does not answer, `unreadable` for an object that is not there or has changed.
public final class S3Bucket: Sendable {
    let transport: S3Transport

    /// The server, for sentences.
    public var server: String { transport.settings.server }

    /// Makes a client; it connects when it is first asked.
    public init(settings: S3Settings) {
        transport = S3Transport(settings: settings)
    }

    /// Closes the connections; no call follows.
    public func shutDown() async {
        await transport.shutDown()
    }

    /// What is below a place, in the order of the keys' bytes. What ends in a slash, a mark for a folder, is left out, and
    /// so is a key that is no UTF-8 text; how many of those there are is said.
    public func list(_ place: S3Location) async throws -> [S3Object] {
        var objects: [S3Object] = []
        var next: String?
        var unreadable = 0
        repeat {
            var request = S3Request("GET", path: "/")
            request.query = [("list-type", "2"), ("prefix", place.prefix), ("encoding-type", "url")]
            if let next { request.query.append(("continuation-token", next)) }
            let page = try await transport.ask(request, about: place) { answer in
                // A page that breaks off is asked for again.
                guard let root = XMLElements.root(of: try await answer.data()), let page = S3Page(root, of: place)
                else {
                    throw S3PassingFault(reason: "its list of objects is none")
                }
                return page
            }
            objects += page.objects
            unreadable += page.unreadable
            guard page.next == nil || page.next != next else {
                throw ShotlistError(
                    .storageRefused, "\(server) lists '\(place)' in circles.", remedy: "Ask who runs the server.")
            }
            next = page.next
        } while next != nil
        if unreadable > 0 {
            transport.settings.retries.onRetry("\(place): left out, since their keys are no UTF-8 text: \(unreadable)")
        }
        return objects.sorted { $0.location.key.utf8.lexicographicallyPrecedes($1.location.key.utf8) }
    }

    /// What an object is; nil when there is none.
    public func look(_ location: S3Location) async throws -> S3Object? {
        do {
            return try await transport.ask(S3Request("HEAD", path: Self.path(location)), about: location) { answer in
                // There is none; that is read, so that the connection can be used again.
                _ = try await answer.data()
                guard let object = answer.object(location) else {
                    throw S3PassingFault(reason: "it tells no size of an object")
                }
                return object
            }
        } catch let error as ShotlistError where error.code == .unreadable {
            return nil
        }
    }

    /// How long ago an object was written, in seconds, by the server's own clock; nil when there is none or it does
    /// not say.
    public func age(of location: S3Location) async throws -> Double? {
        do {
            return try await transport.ask(S3Request("HEAD", path: Self.path(location)), about: location) { answer in
                guard let now = answer.header("Date").flatMap(HTTPDate.parse),
                    let then = answer.header("Last-Modified").flatMap(HTTPDate.parse)
                else { return nil }
                return max(0, now.timeIntervalSince(then))
            }
        } catch let error as ShotlistError where error.code == .unreadable {
            return nil
        }
    }

    /// A small object's bytes; nil when there is none.
    public func get(_ location: S3Location) async throws -> Data? {
        do {
            return try await transport.ask(S3Request("GET", path: Self.path(location)), about: location) { answer in
                try await answer.data()
            }
        } catch let error as ShotlistError where error.code == .unreadable {
            return nil
        }
    }

    /// Writes an object, replacing what is there; it is there as a whole or not at all.
    ///
    /// - Parameters:
    ///   - isNew: only where there is none. A server that refuses the condition is told by `not_available`, which
    ///     nothing else is; one that passes it over writes in any case.
    ///   - label: a note with it, of visible ASCII.
    /// - Returns: false when there was one and `isNew` was asked for.
    @discardableResult
    public func put(_ data: Data, to location: S3Location, isNew: Bool = false, label: String? = nil) async throws
        -> Bool
    {
        var request = S3Request("PUT", path: Self.path(location))
        request.body = data
        request.headers = Self.checks(data) + [("content-type", Self.type(of: location.key))]
        if let label { request.headers.append((S3Object.labelHeader, label)) }
        if isNew { request.headers.append(S3Request.onlyNew) }
        let sum = Self.checksum(data)
        do {
            try await transport.ask(request, about: location) { answer in
                try Self.compare(answer.header("x-amz-checksum-sha256"), with: sum)
                // What is left of the answer is read, so that the connection can be used again.
                _ = try await answer.data()
            }
            return true
        } catch let error as ShotlistError where isNew && error.code == .unreadable {
            return false
        }
    }

    /// Removes an object; it is none when there was none.
    public func remove(_ location: S3Location) async throws {
        try await transport.ask(S3Request("DELETE", path: Self.path(location)), about: location) { answer in
            _ = try await answer.data()
        }
    }

    /// Makes a bucket; for tests.
    package func makeBucket(_ name: String) async throws {
        let place = S3Location(bucket: name, key: "")
        try await transport.ask(S3Request("PUT", path: "/"), about: place) { answer in _ = try await answer.data() }
    }

    static func path(_ location: S3Location) -> String {
        "/" + AWSText.encoded(location.key, keepingSlashes: true)
    }

    /// SHA-256 as S3 writes it.
    static func checksum(_ data: Data) -> String {
        Data(SHA256.hash(data: data)).base64EncodedString()
    }

    /// The headers by which a server sees that a body is what was sent. Older ones look at Content-MD5 alone, and some
    /// buckets demand it.
    static func checks(_ data: Data) -> [(name: String, value: String)] {
        [
            ("content-md5", Data(Insecure.MD5.hash(data: data)).base64EncodedString()),
            ("x-amz-checksum-sha256", checksum(data)),
        ]
    }

    /// Compares a checksum that a server tells, if it does, with what it should be.
    static func compare(_ told: String?, with sum: String) throws {
        guard let told, told != sum else { return }
        throw S3PassingFault(reason: "it has kept other bytes than were sent")
    }

    static func type(of key: String) -> String {
        switch key.split(separator: ".").last {
        case "mp4": "video/mp4"
        case "webp": "image/webp"
        case "json": "application/json"
        default: "application/octet-stream"
        }
    }
}

/// A page of a listing.
struct S3Page: Sendable {
    let objects: [S3Object]
    /// How many keys are no UTF-8 text.
    let unreadable: Int
    /// What the next page is asked for with; nil on the last.
    let next: String?

    /// Reads a page; nil for what is none.
    init?(_ root: XMLElements.Element, of place: S3Location) {
        guard root.name == "ListBucketResult" else { return nil }
        let isEncoded = root["EncodingType"] == "url"
        var objects: [S3Object] = []
        var unreadable = 0
        for entry in root.all("Contents") {
            guard let told = entry["Key"], let size = entry["Size"].flatMap(Int.init), let tag = entry["ETag"] else {
                return nil
            }
            guard let key = isEncoded ? AWSText.decoded(told) : told else {
                unreadable += 1
                continue
            }
            guard key.utf8.starts(with: place.prefix.utf8), !key.hasSuffix("/") else { continue }
            objects.append(
                S3Object(
                    location: S3Location(bucket: place.bucket, key: key), size: size, eTag: S3Object.quoted(tag),
                    modified: entry["LastModified"] ?? ""))
        }
        self.objects = objects
        self.unreadable = unreadable
        guard root["IsTruncated"] == "true" else {
            next = nil
            return
        }
        guard let token = root["NextContinuationToken"], !token.isEmpty else { return nil }
        next = token
    }
}
