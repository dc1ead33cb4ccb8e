import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The head of a server's answer, and its body to come.
struct S3Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: HTTPClientResponse.Body

    /// The most bytes of an answer that is read whole: a page of a listing with a thousand of the longest keys.
    static let mostBytes = 16 << 20

    /// A header.
    func header(_ name: String) -> String? { headers.first(name: name) }

    /// Reads a short body whole.
    func data() async throws -> Data {
        Data(try await body.collect(upTo: Self.mostBytes).readableBytesView)
    }

    /// What is known of the object that was asked for; nil when the answer tells no size or no ETag.
    func object(_ location: S3Location, size: Int? = nil) -> S3Object? {
        guard let size = size ?? header("Content-Length").flatMap(Int.init), let tag = header("ETag") else {
            return nil
        }
        return S3Object(
            location: location, size: size, eTag: S3Object.quoted(tag), modified: header("Last-Modified") ?? "",
            label: header(S3Object.labelHeader))
    }
}

/// An object, as a listing or a question about it tells.
public struct S3Object: Sendable, Hashable {
    /// Where it is.
    public let location: S3Location
    /// Its size in bytes.
    public let size: Int
    /// What the server calls its content, with its quotation marks: another content has another.
    public let eTag: String
    /// When it was written, as the server says it.
    public let modified: String
    /// What the writer noted with it; nil in a listing.
    public var label: String?

    static let labelHeader = "x-amz-meta-shotlist"

    /// An ETag in the one way in which it is compared and sent: some servers leave the marks out in listings, and what
    /// stands between may say that it is a weak one.
    static func quoted(_ tag: String) -> String {
        var inner = tag[...]
        if inner.hasPrefix("W/") { inner = inner.dropFirst(2) }
        if inner.hasPrefix("\"") { inner = inner.dropFirst() }
        if inner.hasSuffix("\"") { inner = inner.dropLast() }
        return "\"\(inner)\""
    }
}
