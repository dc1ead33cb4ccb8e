import Foundation
import ShotlistStorage
import Testing

/// The examples of AWS's own page, with the signatures that stand there: "Examples: Signature calculations in AWS
/// Signature Version 4", <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.
@Suite("A request's signature is AWS's own")
struct SignatureTests {
    private static let date = Date(timeIntervalSince1970: 1_369_353_600)

    private func signature(_ request: S3Request) throws -> String {
        let signature = AWSSignature(
            credentials: S3Credentials(
                accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1")
        let headers = signature.headers(of: request, host: "examplebucket.s3.amazonaws.com", at: Self.date)
        let authorization = try #require(headers.last { $0.name == "Authorization" }).value
        return try #require(authorization.split(separator: "Signature=").last.map(String.init))
    }

    @Test("for a part of an object")
    func range() throws {
        var request = S3Request("GET", path: "/test.txt")
        request.headers = [("Range", "bytes=0-9")]
        #expect(
            try signature(request) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test("for an object that is written")
    func put() throws {
        var request = S3Request("PUT", path: "/test%24file.text")
        request.headers = [
            ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ]
        request.body = Data("Welcome to Amazon S3.".utf8)
        #expect(
            try signature(request) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test("for a query without a value, and for one of several, in whatever order they are given")
    func query() throws {
        var request = S3Request("GET", path: "/")
        request.query = [("lifecycle", "")]
        #expect(
            try signature(request) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
        request.query = [("prefix", "J"), ("max-keys", "2")]
        #expect(
            try signature(request) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test("is made with credentials that no text shows")
    func secret() {
        let credentials = S3Credentials(accessKey: "AKIA1", secretKey: "very secret", sessionToken: "token secret")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] { #expect(!text.contains("secret")) }
    }
}
