import Crypto
import Foundation
import ShotlistCore

/// What is asked of an S3 server, before it is signed.
package struct S3Request: Sendable {
    package var method: String
    /// The path, percent-encoded as it is sent.
    package var path: String
    /// Names and values, as they are meant.
    package var query: [(name: String, value: String)] = []
    /// Headers that are signed, beside those of the signature itself.
    package var headers: [(name: String, value: String)] = []
    package var body = Data()

    /// The header by which an object is written only where there is none.
    static let onlyNew = (name: "if-none-match", value: "*")

    package init(_ method: String, path: String) {
        self.method = method
        self.path = path
    }

    /// The query as it is sent and signed: encoded, then sorted.
    package var encodedQuery: String {
        query.map { (AWSText.encoded($0.name), AWSText.encoded($0.value)) }.sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }
}

/// AWS's signature of a request, version 4.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>. The hash of the body is
/// part of what is signed, so that a server refuses one that was changed on its way.
package struct AWSSignature: Sendable {
    private let credentials: S3Credentials
    private let region: String
    private let service: String

    /// A signature for a service of a region.
    package init(credentials: S3Credentials, region: String, service: String = "s3") {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The headers to send, `Authorization` among them.
    package func headers(of request: S3Request, host: String, at date: Date) -> [(name: String, value: String)] {
        let stamp = AWSText.stamp(date)
        let payload = ContentHash.sha256(request.body)
        var headers = request.headers + [("host", host), ("x-amz-content-sha256", payload), ("x-amz-date", stamp)]
        if let token = credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        let signed = headers.map { (name: $0.name.lowercased(), value: Self.trimmed($0.value)) }.sorted { $0 < $1 }
        let names = signed.map(\.name).joined(separator: ";")
        let canonical = [
            request.method, request.path, request.encodedQuery,
            signed.map { "\($0.name):\($0.value)\n" }.joined(), names, payload,
        ].joined(separator: "\n")
        let scope = "\(stamp.prefix(8))/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(ContentHash.sha256(canonical))"
        let signature = Self.hex(Self.hmac(text, key: key(day: String(stamp.prefix(8)))))
        headers.append(
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),Signature=\(signature)"
            ))
        return headers
    }

    private func key(day: String) -> SymmetricKey {
        var key = SymmetricKey(data: Data("AWS4\(credentials.secretKey)".utf8))
        for text in [day, region, service, "aws4_request"] { key = SymmetricKey(data: Self.hmac(text, key: key)) }
        return key
    }

    private static func hmac(_ text: String, key: SymmetricKey) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
    }

    /// A header's value with spaces as AWS counts them: none at the ends, one between words.
    private static func trimmed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }

    private static func hex(_ bytes: Data) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
