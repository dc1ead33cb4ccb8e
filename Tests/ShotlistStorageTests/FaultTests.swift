import Foundation
import ShotlistCore
import ShotlistStorage
import Synchronization
import TestS3
import Testing

@Suite("What fails on the way to S3 is tried again", .timeLimit(.minutes(5)))
struct FaultTests {
    private func settings(_ address: URL, _ server: TestS3) throws -> S3Settings {
        var settings = try S3Settings(environment: server.environment(endpoint: address))
        settings.retries.sleep = { _ in }
        settings.partSize = 5 << 20
        return settings
    }

    @Test("every third request fails, in five ways: what was sent is there, and comes back as it was")
    func everyThird() async throws {
        let server = try await TestS3.shared.value
        let (_, place) = try await server.bucket()
        let (address, seen) = try await server.faultyProxy(every: 3)
        let bucket = S3Bucket(settings: try settings(address, server))
        let bytes = Data((0..<(12 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let path = FileManager.default.temporaryDirectory.appending(path: "shotlist-fault-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for number in 0..<5 {
            try bytes.write(to: URL(filePath: path))
            let key = place.appending("large \(number).mp4")
            try await bucket.upload(path, to: key)
            try await bucket.put(Data("small \(number)".utf8), to: place.appending("small \(number).json"))
            let object = try #require(try await bucket.look(key))
            try await bucket.download(object, to: path)
            #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        }
        #expect(try await bucket.list(place).count == 10)
        await bucket.shutDown()
        // Every kind of fault was met.
        let kinds = Set(seen().compactMap { $0.split(separator: " ").first.map(String.init) })
        #expect(kinds == ["sent", "slow", "500", "closed", "cut", "lost"])
    }

    @Test("a download that breaks off goes on where it was")
    func goesOn() async throws {
        let server = try await TestS3.shared.value
        let (direct, place) = try await server.bucket()
        let bytes = Data((0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) })
        try await direct.put(bytes, to: place.appending("a.mp4"))
        let object = try #require(try await direct.list(place).first)
        // Of every second request the fault is another; a break in the middle is among them.
        let (address, seen) = try await server.faultyProxy(every: 2)
        let bucket = S3Bucket(settings: try settings(address, server))
        let path = FileManager.default.temporaryDirectory.appending(path: "shotlist-fault-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for _ in 0..<8 {
            try await bucket.download(object, to: path)
            #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        }
        #expect(seen().contains { $0.hasPrefix("cut GET") })
        await bucket.shutDown()
        await direct.shutDown()
    }

    @Test("where nobody answers it gives up after some tries, and says so")
    func nobody() async throws {
        let server = try await TestS3.shared.value
        let tries = Mutex(0)
        var settings = try settings(try #require(URL(string: "http://127.0.0.1:9")), server)
        settings.retries.onRetry = { _ in tries.withLock { $0 += 1 } }
        let bucket = S3Bucket(settings: settings)
        let error = await #expect(throws: ShotlistError.self) {
            try await bucket.list(S3Location(bucket: "films", key: "x"))
        }
        #expect(error?.code == .storageUnreachable && error?.endsRun == true)
        #expect(tries.withLock { $0 } == settings.retries.attempts - 1)
        await bucket.shutDown()
    }
}
