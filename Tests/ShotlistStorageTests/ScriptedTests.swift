import Foundation
import ShotlistCore
import ShotlistStorage
import Synchronization
import TestS3
import Testing

@Suite("What a server may say that the one of the tests does not", .timeLimit(.minutes(20)))
struct ScriptedTests {
    private static let place = S3Location(bucket: "films", key: "a.mp4")

    private func file(_ bytes: Data = Data()) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "shotlist-said-\(UUID().uuidString)").path
        try bytes.write(to: URL(filePath: path))
        return path
    }

    private func xml(_ code: String) -> String { "<Error><Code>\(code)</Code></Error>" }

    /// What a call throws against a server with these answers, and what the server was asked.
    private func failure(
        _ answers: [TestS3.Answer], partSize: Int = 1 << 20, _ body: @Sendable (S3Bucket) async throws -> Void
    ) async throws -> (error: ShotlistError, seen: [String]) {
        var (settings, seen) = try await TestS3.scripted(answers)
        settings.partSize = partSize
        let bucket = S3Bucket(settings: settings)
        let error = await #expect(throws: ShotlistError.self) { try await body(bucket) }
        await bucket.shutDown()
        return (try #require(error), seen())
    }

    @Test("that it knows no conditions: told apart, and not tried again", arguments: [501, 400])
    func notImplemented(_ status: Int) async throws {
        let answer = TestS3.Answer(status, body: xml("NotImplemented"))
        let (new, asked) = try await failure([answer]) {
            _ = try await $0.put(Data("x".utf8), to: Self.place, isNew: true)
        }
        #expect(new.code == .notAvailable && !new.endsRun && asked.count == 1)
        let (any, askedAny) = try await failure([answer]) { try await $0.put(Data("x".utf8), to: Self.place) }
        #expect(any.code == .storageRefused && askedAny.count == 1)
    }

    @Test("that two conditions met: tried again, and then one was first", arguments: [200, 412])
    func conflict(_ status: Int) async throws {
        let (settings, seen) = try await TestS3.scripted([
            .init(409, body: xml("ConditionalRequestConflict")), .init(status),
        ])
        let bucket = S3Bucket(settings: settings)
        #expect(try await bucket.put(Data("x".utf8), to: Self.place, isNew: true) == (status == 200))
        #expect(seen().count == 2)
        await bucket.shutDown()
    }

    @Test("that a key is too long or no name: one object's trouble", arguments: ["KeyTooLong", "InvalidObjectName"])
    func names(_ code: String) async throws {
        let (error, _) = try await failure([.init(400, body: xml(code))]) {
            try await $0.put(Data("x".utf8), to: Self.place)
        }
        #expect(error.code == .writeFailed && !error.endsRun && error.message.contains(code))
    }

    private static let begun = TestS3.Answer(
        200, body: "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>")
    private static let part = TestS3.Answer(200, headers: ["ETag": "\"p\""])

    @Test("that an upload is gone, where an older object of the same size is: not taken for ours")
    func olderObject() async throws {
        let path = try file(Data(repeating: 1, count: 2000))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let old = ["Content-Length": "2000", "ETag": "\"old\"", "x-amz-meta-shotlist-upload": "another"]
        let answers = [Self.begun, Self.part, Self.part, .init(500), .init(404, body: xml("NoSuchUpload"))]
        let (error, seen) = try await failure(answers + [.init(200, headers: old), .init(204)], partSize: 1000) {
            try await $0.upload(path, to: Self.place)
        }
        #expect(error.code == .writeFailed && error.message.contains("was removed"))
        #expect(seen.last == "DELETE /films/a.mp4?uploadId=u1")
    }

    @Test("that an upload became other bytes: thrown, and not tried until it passes")
    func otherBytes() async throws {
        let path = try file(Data(repeating: 1, count: 2000))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sum = "<ChecksumSHA256>lZXJ35AHUUjrBoYDZd8zWEt1v/eCpRDGzUiDpBmDPVA=-2</ChecksumSHA256>"
        let whole = "<CompleteMultipartUploadResult>\(sum)</CompleteMultipartUploadResult>"
        let answers = [Self.begun, Self.part, Self.part, .init(200, body: whole), .init(204)]
        let (error, seen) = try await failure(answers, partSize: 1000) { try await $0.upload(path, to: Self.place) }
        #expect(error.code == .writeFailed && error.message.contains("checksum"))
        #expect(seen.filter { $0 == "POST /films/a.mp4?uploadId=u1" }.count == 1)
    }

    @Test("another SHA-256 than that of what came in two pieces")
    func resumed() async throws {
        let path = try file()
        defer { try? FileManager.default.removeItem(atPath: path) }
        // SHA-256 of "abcdef".
        let sum = "vvV+x/U6bUC+tkCngKY5yDvCmsipgW8fxsXG3Nk8RyE="
        func answers(_ rest: String) -> [TestS3.Answer] {
            [
                .init(200, headers: ["Content-Length": "6", "ETag": "\"x\""]),
                .init(200, headers: ["ETag": "\"x\"", "x-amz-checksum-sha256": sum], body: "abcdef", cut: 3),
                .init(206, headers: ["ETag": "\"x\"", "Content-Range": "bytes 3-5/6"], body: rest),
            ]
        }
        let (settings, seen) = try await TestS3.scripted(answers("def"))
        let bucket = S3Bucket(settings: settings)
        try await bucket.download(try #require(try await bucket.look(Self.place)), to: path)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("abcdef".utf8))
        #expect(seen().last == "GET /films/a.mp4 \"x\" bytes=3-")
        await bucket.shutDown()
        let (error, _) = try await failure(answers("xyz")) { bucket in
            let object = try await bucket.look(Self.place)
            try await bucket.download(try #require(object), to: path)
        }
        #expect(error.code == .unreadable && error.message.contains("SHA-256"))
    }

    @Test("an ETag without its marks, or a weak one: the same as with them", arguments: ["x", "W/\"x\""])
    func marks(_ tag: String) async throws {
        let path = try file()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (settings, seen) = try await TestS3.scripted([
            .init(200, headers: ["Content-Length": "3", "ETag": tag]),
            .init(200, headers: ["ETag": "\"x\""], body: "abc"),
        ])
        let bucket = S3Bucket(settings: settings)
        try await bucket.download(try #require(try await bucket.look(Self.place)), to: path)
        #expect(seen().last == "GET /films/a.mp4 \"x\"")
        await bucket.shutDown()
    }

    @Test("a key that is no text: left out, and said")
    func noText() async throws {
        func entry(_ key: String) -> String {
            "<Contents><Key>\(key)</Key><Size>1</Size><ETag>x</ETag></Contents>"
        }
        let list = "<EncodingType>url</EncodingType>\(entry("in/%FF.mp4"))\(entry("in/a+b%2B.mp4"))"
        var (settings, _) = try await TestS3.scripted([
            .init(200, body: "<ListBucketResult>\(list)</ListBucketResult>")
        ])
        let said = Mutex<[String]>([])
        settings.retries.onRetry = { text in said.withLock { $0.append(text) } }
        let bucket = S3Bucket(settings: settings)
        let objects = try await bucket.list(S3Location(bucket: "films", key: "in"))
        #expect(objects.map(\.location.key) == ["in/a b+.mp4"])
        #expect(said.withLock { $0 } == ["s3://films/in: left out, since their keys are no UTF-8 text: 1"])
        await bucket.shutDown()
    }

    @Test("a list of uploads on two pages, the first without a mark for the next")
    func uploads() async throws {
        func page(_ key: String, _ more: Bool) -> TestS3.Answer {
            let upload = "<Upload><Key>\(key)</Key><UploadId>u</UploadId></Upload>"
            let result = "<IsTruncated>\(more)</IsTruncated>\(upload)"
            return .init(200, body: "<ListMultipartUploadsResult>\(result)</ListMultipartUploadsResult>")
        }
        let (settings, seen) = try await TestS3.scripted([page("in/a", true), page("in/b", false)])
        let bucket = S3Bucket(settings: settings)
        let uploads = try await bucket.uploads(below: S3Location(bucket: "films", key: "in"))
        #expect(uploads.map(\.location.key) == ["in/a", "in/b"])
        #expect(seen().last?.contains("key-marker=in%2Fa&prefix=in%2F&upload-id-marker=u") == true)
        await bucket.shutDown()
    }
}
