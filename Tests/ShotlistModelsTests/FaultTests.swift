import Foundation
import ShotlistCore
import ShotlistModels
import TestHub
import Testing

@Suite("A hub and a network with faults")
struct FaultTests {
    private let size = 3_000_000

    @Test("a file whose connection breaks goes on where it was")
    func resumes() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail(Sample.weights, .cut(after: 2_000_000, held: true))
        let store = try work.store()
        async let folder = store.checkpoint(of: Sample.hub(), files: Sample.patterns)
        try await cutOnceWritten(work)
        _ = try await folder
        try expectWhole(work)
        try expectRest(work)
        #expect(work.pauses.withLock { $0 } == [.seconds(1)])
    }

    @Test("what a run left behind is continued by the next")
    func resumesLater() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail(Sample.weights, .cut(after: 2_000_000, held: true))
        work.hub.fail(Sample.weights, .status(404))
        let store = try work.store()
        async let first = store.checkpoint(of: Sample.hub(), files: Sample.patterns)
        try await cutOnceWritten(work)
        do {
            _ = try await first
            Issue.record("the first run did not fail")
        } catch is ShotlistError {}
        #expect(work.data("Owner/Tiny-Model/.shotlist.json") == nil)
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        try expectWhole(work)
        try expectRest(work)
        #expect(work.files().allSatisfy { !$0.contains(".part") })
    }

    @Test("a part of another file, or one that nothing vouches for, is not continued")
    func foreignPart() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        try work.write(Data(count: 1000), "models/Owner/Tiny-Model/\(Sample.weights).part")
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        try expectWhole(work)
        #expect(work.hub.requests.allSatisfy { $0.range == nil })
    }

    @Test(
        "a wrong answer to a range starts the file over",
        arguments: [Fault.wrongRange, .ignoresRange, .status(416)])
    func wrongRange(fault: Fault) async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail(Sample.weights, .cut(after: 1_000_000))
        work.hub.fail(Sample.weights, fault)
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        try expectWhole(work)
    }

    @Test(
        "what passes is tried again",
        arguments: [
            Fault.status(500), .status(503), .status(502), .wrongByte, .lyingLength(2_999_999),
            .lyingLength(3_000_001), .cut(after: 0),
        ])
    func passes(fault: Fault) async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail(Sample.weights, fault)
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        try expectWhole(work)
        #expect(work.retries == 1)
        #expect(work.progress?.bytesDone == work.progress?.bytes)
    }

    @Test("a server that always starts over is not tried for ever")
    func alwaysOver() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail(Sample.weights, .cut(after: 2_000_000))
        for _ in 0..<20 {
            work.hub.fail(Sample.weights, .status(416))
            work.hub.fail(Sample.weights, .cut(after: 2_000_000))
        }
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(), files: [Sample.weights])
        }
        #expect(error?.code == .modelDownloadFailed)
        #expect(work.hub.count(Sample.weights) < 40)
    }

    @Test("the pause that a server asks for is kept", arguments: ["config.json", "/revision/", "/tree/"])
    func retryAfter(part: String) async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail(part, .status(429, retryAfter: "17"))
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        try expectWhole(work)
        #expect(work.pauses.withLock { $0 } == [.seconds(17)])
    }

    @Test("a date to come back at is a pause, too")
    func retryAfterDate() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("/revision/", .status(503, retryAfter: "Wed, 21 Oct 2015 07:28:00 GMT"))
        _ = try await work.store().checkpoint(of: Sample.hub(), files: ["*.json"])
        #expect(work.pauses.withLock { $0 } == [.seconds(0)])
    }

    @Test("a pause of hours is not kept, but said")
    func longPause() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("/revision/", .status(429, retryAfter: "7200"))
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        }
        #expect(error?.message.contains("7200 s") == true)
        #expect(work.pauses.withLock { $0 }.isEmpty)
    }

    @Test("a file that is always another than listed is fetched twice, then refused, and nothing of it stays")
    func alwaysWrong() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("config.json", .wrongByte, times: 9)
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(), files: ["config.json"])
        }
        #expect(error?.code == .modelDownloadFailed)
        #expect(error?.message.contains("'config.json'") == true)
        #expect(work.hub.count("config.json") == 2)
        #expect(work.data("Owner/Tiny-Model/config.json") == nil)
        #expect(work.data("Owner/Tiny-Model/config.json.part")?.isEmpty != false)
    }

    @Test("a server that is never well is given up after six attempts, with growing pauses")
    func givenUp() async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("/revision/", .status(503), times: 99)
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        }
        #expect(error?.message.contains("503") == true)
        #expect(work.hub.requests.count == 6)
        #expect(work.pauses.withLock { $0 } == [1, 2, 4, 8, 16].map { .seconds($0) })
    }

    @Test("the token goes to the hub, and not to the host that it redirects to")
    func tokenStaysHome() async throws {
        let other = try await TestHub.start(Sample.repository)
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("/resolve/", .redirect(to: other.endpoint), times: 99)
        _ = try await work.store(["HF_TOKEN": "hf_secret"]).checkpoint(of: Sample.hub(), files: Sample.patterns)
        try expectWhole(work)
        #expect(work.hub.requests.allSatisfy { $0.authorization == "Bearer hf_secret" })
        #expect(other.requests.count == Sample.fetched)
        #expect(other.requests.allSatisfy { $0.authorization == nil })
        let said = work.events.withLock { String(describing: $0) }
        #expect(!said.contains("secret"))
    }

    @Test("a redirect to a port that there is none of is said", arguments: ["127.0.0.1:70000", "[::1]:65536"])
    func impossiblePort(host: String) async throws {
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("config.json", .redirect(to: "http://\(host)"), times: 9)
        let error = await #expect(throws: ShotlistError.self) {
            try await work.store().checkpoint(of: Sample.hub(), files: ["*.json"])
        }
        #expect(error?.code == .modelDownloadFailed)
        #expect(error?.message.contains("redirects to what is no address") == true)
    }

    @Test("a signed address that has run out is asked for anew")
    func signedAddress() async throws {
        let other = try await TestHub.start(Sample.repository)
        let work = try HubWorkspace(await TestHub.start(Sample.repository))
        work.hub.fail("config.json", .redirect(to: other.endpoint), times: 2)
        other.fail("config.json", .status(403))
        _ = try await work.store().checkpoint(of: Sample.hub(), files: Sample.patterns)
        #expect(other.count("config.json") == 2)
    }

    /// Lets the connection break when a megabyte of it is on the disk.
    private func cutOnceWritten(_ work: HubWorkspace) async throws {
        try await work.wait {
            (work.data("Owner/Tiny-Model/\(Sample.weights).part")?.count ?? 0) >= 1_000_000
        }
        work.hub.release()
    }

    /// The last answer was what was missing, and no more.
    private func expectRest(_ work: HubWorkspace) throws {
        let ranges = work.hub.requests.filter { $0.uri.contains(Sample.weights) }.map(\.range)
        #expect(ranges.first == .some(nil))
        let range = try #require(ranges.last ?? nil)
        let start = try #require(Int(range.dropFirst("bytes=".count).dropLast()))
        #expect((1_000_000...2_000_000).contains(start))
        #expect(work.hub.bytesServed(Sample.weights) == 2_000_000 + size - start)
    }

    private func expectWhole(_ work: HubWorkspace) throws {
        for path in Sample.wanted {
            #expect(work.data("Owner/Tiny-Model/\(path)") == Sample.repository.files[path], "\(path)")
        }
        #expect(try work.store().isComplete(Sample.hub(), files: Sample.patterns))
    }
}
