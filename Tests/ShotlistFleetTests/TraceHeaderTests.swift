import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import TestServer
import Testing

@Suite("Servers are told which window a request is about")
struct TraceHeaderTests {
    /// The value of a header whose number is taken off.
    private func traceID(_ request: TestServer.Request) throws -> String {
        let value = try #require(request.header("X-Request-Id"))
        let parts = value.split(separator: "-")
        try #require(parts.count == 2 && Int(parts[1]) != nil, "\(value)")
        return String(parts[0])
    }

    @Test("every request about a window has its trace id, and no two have the same header")
    func header() async throws {
        let server = try await TestServer.start()
        server.fail(.closes, about: "window 1.")
        try await Crew().run(try Crew.options(server)) { engine in
            var input = try Sample.window("window 1.")
            input.traceID = "00112233445566aa"
            _ = try await engine.withWindow(input, asksAgain: true) { window in
                _ = try await window.answer(try Sample.question("window 1."))
                return try await window.answer(try Sample.question("and what else?"))
            }
        }
        let chats = server.chats.filter { $0.header("X-Request-Id") != nil }
        // One that broke, the same again, and the second question.
        #expect(chats.count == 3)
        for chat in chats { #expect(try traceID(chat) == "00112233445566aa") }
        #expect(Set(chats.compactMap { $0.header("X-Request-Id") }).count == 3)
    }

    @Test("frames that belong to no window have no header")
    func none() async throws {
        let server = try await TestServer.start()
        try await Crew().run(try Crew.options(server)) { engine in
            try await engine.captionAll(["window 1."])
        }
        #expect(!server.chats.isEmpty)
        #expect(server.chats.allSatisfy { $0.header("X-Request-Id") == nil })
    }

    @Test("enhancement says whose caption it rewrites")
    func text() async throws {
        let server = try await TestServer.start()
        let engine = try await FleetTextEngine.connect(
            try Crew.options(server), knownNames: [], maxOutputTokens: 64
        ) { _ in }
        _ = try await engine.answer(
            TextRequest(user: "words", sampling: .greedy, maxOutputTokens: 64, traceID: "ffeeddccbbaa9988"))
        await engine.shutDown()
        let chat = try #require(server.chats.last)
        #expect(try traceID(chat) == "ffeeddccbbaa9988")
    }
}
