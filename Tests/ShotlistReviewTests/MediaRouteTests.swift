import Foundation
import TestRecords
import Testing

@Suite("Clips and previews of a review")
struct MediaRouteTests {
    private static let bytes = Data((0..<1000).map { UInt8($0 % 251) })
    private static let path = "/media/clip/\(RecordedOutput.key(1))"

    private func reviewed() async throws -> ReviewedOutput {
        let output = try ReviewedOutput.records()
        try output.write(Self.bytes, to: "clips/\(RecordedOutput.clip(1)).mp4")
        try output.write(Data("RIFF".utf8), to: "previews/\(RecordedOutput.key(1)).webp")
        return try await ReviewedOutput(output: output)
    }

    @Test(
        "a part of a clip is the part that was asked for",
        arguments: [
            ("bytes=0-99", 0..<100), ("bytes=100-", 100..<1000), ("bytes=-50", 950..<1000),
            ("bytes=990-5000", 990..<1000),
            ("bytes=0-0", 0..<1), ("bytes=-5000", 0..<1000),
        ])
    func ranges(_ range: String, _ expected: Range<Int>) async throws {
        try await reviewed().test { client async throws in
            let answer = try await client.get(Self.path, ["Range": range])
            #expect(answer.status == .partialContent)
            #expect(Data(answer.body.readableBytesView) == Self.bytes[expected])
            #expect(answer.field("Content-Range") == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/1000")
            #expect(answer.field("Content-Length") == "\(expected.count)")
        }
    }

    @Test(
        "what is no range, or several, is the whole clip",
        arguments: [
            "", "bytes=", "bytes=9-1", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=--5",
            "bytes=1-9999999999999999999",
        ])
    func wholes(_ range: String) async throws {
        try await reviewed().test { client async throws in
            let answer = try await client.get(Self.path, range.isEmpty ? [:] : ["Range": range])
            #expect(answer.status == .ok && answer.body.readableBytes == 1000)
            #expect(answer.field("Content-Type") == "video/mp4")
        }
    }

    @Test(
        "a range behind the end says how long the clip is",
        arguments: ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
    func unsatisfiable(_ range: String) async throws {
        try await reviewed().test { client async throws in
            let answer = try await client.get(Self.path, ["Range": range])
            #expect(answer.status == .rangeNotSatisfiable)
            #expect(answer.field("Content-Range") == "bytes */1000")
        }
    }

    @Test("what a browser has already is not sent again, and a range of another version is not mixed in")
    func caching() async throws {
        try await reviewed().test { client async throws in
            let tag = try #require(try await client.get(Self.path).field("ETag"))
            #expect(try await client.get(Self.path, ["If-None-Match": tag]).status == .notModified)
            let other = try await client.get(Self.path, ["Range": "bytes=0-9", "If-Range": "\"other\""])
            #expect(other.status == .ok && other.body.readableBytes == 1000)
        }
    }

    @Test("a preview is a WebP picture; one that is missing is not found")
    func previews() async throws {
        try await reviewed().test { client async throws in
            let answer = try await client.get("/media/preview/\(RecordedOutput.key(1))")
            #expect(answer.status == .ok && answer.field("Content-Type") == "image/webp")
            #expect(try await client.get("/media/preview/\(RecordedOutput.key(1, window: 1))").status == .notFound)
        }
    }
}
