import Foundation
import ShotlistCore
import ShotlistStorage
import TestS3
import Testing

@Suite("A client of a real S3 server", .timeLimit(.minutes(10)))
struct BucketTests {
    /// Keys that an address or a signature may get wrong.
    private static let keys = [
        "plain.mp4", "a b/c d.mp4", "a+b.mp4", "ü/日本.mp4", "50%/x%20y.mp4", "q?x=1&y=2#z.mp4", "(1)='~!*@$,;:.mp4",
    ]

    private func file(_ bytes: Data) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "shotlist-up-\(UUID().uuidString)").path
        try bytes.write(to: URL(filePath: path))
        return path
    }

    private func noise(_ count: Int, seed: UInt8 = 1) -> Data {
        var state = UInt32(seed)
        return Data(
            (0..<count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            })
    }

    private func message(_ body: () async throws -> Void) async throws -> ShotlistError {
        do {
            try await body()
        } catch let error as ShotlistError {
            return error
        }
        throw CocoaError(.featureUnsupported)
    }

    @Test("writes, lists, reads and removes objects of any name")
    func names() async throws {
        let server = try await TestS3.shared.value
        let (bucket, place) = try await server.bucket()
        for key in Self.keys { try await bucket.put(Data(key.utf8), to: place.appending("in/\(key)")) }
        try await bucket.put(Data(), to: place.appending("into/other.mp4"))
        let listed = try await bucket.list(place.appending("in"))
        #expect(Set(listed.map(\.location.key)) == Set(Self.keys.map { "in/\($0)" }))
        for object in listed {
            let key = String(object.location.key.dropFirst(3))
            #expect(try await bucket.get(object.location) == Data(key.utf8))
            #expect(try await bucket.look(object.location)?.eTag == object.eTag && object.size == key.utf8.count)
        }
        try await bucket.remove(place.appending("in/plain.mp4"))
        #expect(try await bucket.look(place.appending("in/plain.mp4")) == nil)
        #expect(try await bucket.get(place.appending("in/plain.mp4")) == nil)
        await bucket.shutDown()
    }

    @Test("lists more than a page holds, in order")
    func pages() async throws {
        let server = try await TestS3.shared.value
        let (bucket, place) = try await server.bucket()
        let names = (0..<1203).map { "many/\($0).mp4" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in names.enumerated() {
                if index >= 16 { try await group.next() }
                group.addTask { try await bucket.put(Data("x".utf8), to: place.appending(name)) }
            }
            try await group.waitForAll()
        }
        #expect(try await bucket.list(place).map(\.location.key) == names.sorted())
        await bucket.shutDown()
    }

    @Test("sends a large file in parts, brings it back over TLS, and leaves no parts behind")
    func parts() async throws {
        let server = try await TestS3.shared.value
        let (_, place) = try await server.bucket()
        var environment = server.environment(endpoint: server.secure)
        environment["AWS_CA_BUNDLE"] = server.certificate
        var settings = try S3Settings(environment: environment)
        settings.partSize = 5 << 20
        let bucket = S3Bucket(settings: settings)
        let bytes = noise(17 << 20)
        let path = try file(bytes)
        try await bucket.upload(path, to: place.appending("large + ü.mp4"), label: "a-note")
        let object = try #require(try await bucket.look(place.appending("large + ü.mp4")))
        #expect(object.size == bytes.count && object.label == "a-note" && object.eTag.hasSuffix("-4\""))
        try await bucket.download(object, to: path)
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        #expect(try await bucket.uploads(below: place).isEmpty)
        try FileManager.default.removeItem(atPath: path)
        await bucket.shutDown()
    }

    @Test("finds what uploads left behind below a place, and removes that alone")
    func leftovers() async throws {
        let server = try await TestS3.shared.value
        let (bucket, place) = try await server.bucket()
        for key in ["out/a + ü.mp4", "out/50%/x%20y.mp4", "outside.mp4"] {
            _ = try await bucket.begin(place.appending(key), headers: [])
        }
        let output = place.appending("out")
        #expect(
            Set(try await bucket.uploads(below: output).map(\.location.key)) == ["out/a + ü.mp4", "out/50%/x%20y.mp4"])
        #expect(try await bucket.removeUploads(below: output) == 2)
        #expect(try await bucket.uploads(below: place).map(\.location.key) == ["outside.mp4"])
        await bucket.shutDown()
    }

    @Test("takes a name that is too long for one object's trouble")
    func longName() async throws {
        let server = try await TestS3.shared.value
        let (bucket, place) = try await server.bucket()
        let long = place.appending(String(repeating: "k", count: 1100))
        let error = try await message { try await bucket.put(Data("x".utf8), to: long) }
        #expect(error.code == .writeFailed && !error.endsRun)
        // A client that is let go of without being shut down ends no debug build.
    }

    @Test("trusts no certificate that nobody vouches for")
    func untrusted() async throws {
        let server = try await TestS3.shared.value
        let (_, place) = try await server.bucket()
        let settings = try S3Settings(environment: server.environment(endpoint: server.secure))
        let bucket = S3Bucket(settings: settings)
        let error = try await message { _ = try await bucket.list(place) }
        #expect(error.code == .storageRefused && error.description.contains("AWS_CA_BUNDLE"))
        await bucket.shutDown()
    }

    @Test("does not take an object that was replaced for the one that was listed")
    func replaced() async throws {
        let server = try await TestS3.shared.value
        let (bucket, place) = try await server.bucket()
        let key = place.appending("a.mp4")
        try await bucket.put(noise(1000), to: key)
        let object = try #require(try await bucket.list(place).first)
        try await bucket.put(noise(1000, seed: 2), to: key)
        let path = FileManager.default.temporaryDirectory.appending(path: "shotlist-down-\(UUID().uuidString)").path
        let error = try await message { try await bucket.download(object, to: path) }
        #expect(error.code == .unreadable && error.message.contains("has changed"))
        #expect(
            !FileManager.default.fileExists(atPath: path) && !FileManager.default.fileExists(atPath: path + ".part"))
        await bucket.shutDown()
    }

    @Test("writes a new object only where there is none")
    func isNew() async throws {
        let server = try await TestS3.shared.value
        let (bucket, place) = try await server.bucket()
        #expect(try await bucket.put(Data("1".utf8), to: place.appending("lock"), isNew: true))
        #expect(try await !bucket.put(Data("2".utf8), to: place.appending("lock"), isNew: true))
        #expect(try await bucket.get(place.appending("lock")) == Data("1".utf8))
        #expect(try #require(try await bucket.age(of: place.appending("lock"))) < 60)
        await bucket.shutDown()
    }

    @Test("says who is refused and why, and no secret with it")
    func refusals() async throws {
        let server = try await TestS3.shared.value
        let (_, place) = try await server.bucket()
        func refusal(_ environment: [String: String], _ body: (S3Bucket) async throws -> Void) async throws -> String {
            let bucket = S3Bucket(settings: try S3Settings(environment: environment))
            let error = try await message { try await body(bucket) }
            await bucket.shutDown()
            #expect(error.code == .storageRefused && !error.description.contains("secret"))
            return error.description
        }
        let reader = server.environment(key: "shotlistreader", secret: "shotlist-reader-secret")
        let denied = try await refusal(reader) { try await $0.put(Data("x".utf8), to: place.appending("x")) }
        #expect(denied.contains("does not let the access key 'shotlistreader'") && denied.contains(place.bucket))
        let stranger = try await refusal(server.environment(key: "stranger")) { _ = try await $0.list(place) }
        #expect(stranger.contains("does not know the access key 'stranger'"))
        let wrong = try await refusal(server.environment(secret: "wrong-secret")) { _ = try await $0.list(place) }
        #expect(wrong.contains("refuses the signature"))
        let gone = try await refusal(server.environment()) {
            _ = try await $0.list(S3Location(bucket: "no-such-bucket", key: ""))
        }
        #expect(gone.contains("There is no bucket 'no-such-bucket'"))
    }
}
