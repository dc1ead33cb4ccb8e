import Foundation
import ShotlistCore
import ShotlistStorage
import Synchronization
import TestS3
import Testing

@Suite("What fails on the way to S3 is tried again", .timeLimit(.minutes(10)))
struct FaultTests {
    private func settings(_ address: URL, _ server: TestS3) throws -> S3Settings {
        var settings = try S3Settings(environment: server.environment(endpoint: address))
        settings.retries.sleep = { _ in }
        settings.partSize = 5 << 20
        return settings
    }

    @Test("every second request of a kind fails, in five ways: what was sent is there, and comes back as it was")
    func everySecond() async throws {
        let server = try await TestS3.shared.value
        let (_, place) = try await server.bucket()
        let (address, seen) = try await server.faultyProxy(every: 2)
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
        // Every kind of request met every kind of fault.
        let requests = seen().map { $0.split(separator: " ").map(String.init) }
        for method in ["PUT", "POST", "HEAD", "GET"] {
            let kinds = Set(requests.filter { $0[1] == method }.map { $0[0] })
            #expect(kinds == ["sent", "slow", "500", "closed", "cut", "lost"], "\(method)")
        }
        #expect(requests.contains { $0[0] == "lost" && $0[1] == "POST" && $0[2].contains("uploadId=") })
    }

    @Test("an upload that fails in the middle leaves no parts behind")
    func failsInTheMiddle() async throws {
        let server = try await TestS3.shared.value
        let (direct, place) = try await server.bucket()
        let (address, seen) = try await server.faultyProxy(every: 2)
        let path = FileManager.default.temporaryDirectory.appending(path: "shotlist-fault-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data().write(to: URL(filePath: path))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.truncate(atOffset: 60 << 20)
        var settings = try settings(address, server)
        // The second part fails once. When it is tried again there is nothing left of the file.
        settings.retries.onRetry = { _ in try? file.truncate(atOffset: 0) }
        let bucket = S3Bucket(settings: settings)
        let error = await #expect(throws: ShotlistError.self) {
            try await bucket.upload(path, to: place.appending("a + ü.mp4"))
        }
        #expect(error?.code == .unreadable)
        #expect(seen().contains { $0.contains(" PUT ") && $0.contains("partNumber=") })
        #expect(try await direct.uploads(below: place).isEmpty)
        #expect(try await direct.look(place.appending("a + ü.mp4")) == nil)
        await bucket.shutDown()
        await direct.shutDown()
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
        let starts = seen().compactMap { $0.split(separator: " bytes=").last }.compactMap { Int($0.dropLast()) }
        #expect(starts.contains { $0 > 0 })
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
