import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import TestServer
import Testing

@Suite("The servers' key")
struct KeyTests {
    private let key = "sk-very-secret-0123456789"

    @Test("goes with every request")
    func sent() async throws {
        let key = key
        let server = try await TestServer.start(.llamaServer) { $0.key = key }
        try await Crew().run(try Crew.options(server, key: " \(key)\n")) { try await $0.captionAll(["window 1."]) }
        #expect(server.requests.count >= 4)
        #expect(server.requests.allSatisfy { $0.header("Authorization") == "Bearer \(key)" })
        let open = try await TestServer.start()
        try await Crew().run(try Crew.options(open)) { try await $0.captionAll(["window 1."]) }
        #expect(open.requests.allSatisfy { $0.header("Authorization") == nil })
    }

    @Test("that is wrong, or missing, is refused before the run, and is not in what is said")
    func refused() async throws {
        let server = try await TestServer.start { $0.key = "another" }
        for wrong in [key, nil] {
            let error = try await Crew().refusal(try Crew.options(server, key: wrong))
            #expect(error.code == .endpointRefused)
            #expect(error.message.contains("does not take the key (HTTP 401)"))
            #expect(error.remedy.contains("--api-key-env"))
            expectSilence(error.description)
        }
        #expect(server.chats.isEmpty)
    }

    @Test("that cannot be sent is said without it", arguments: ["sk-very-secret\r\nX: y", "sk-very-secret-é"])
    func unsendable(key: String) throws {
        let error = #expect(throws: ShotlistError.self) { try Crew.options([], key: key) }
        #expect(error?.code == .invalidArgument)
        expectSilence(error?.description ?? "")
    }

    @Test("is nowhere in what is said, even when a server repeats it")
    func silence() async throws {
        let key = key
        let server = try await TestServer.start { $0.key = key }
        let echo = #"{"error":{"message":"bad Bearer \#(key) and \#(key)"}}"#
        var options = try Crew.options(server, key: key)
        options.giveUp = .milliseconds(500)
        options.attempts = 1
        let crew = Crew()
        server.fail(.status(400, body: echo), about: "Describe the video.")
        expectSilence(try await crew.refusal(options).description)
        server.fail(.keyRefused, about: "Describe the video.")
        expectSilence(try await crew.refusal(options).description)

        try await crew.run(options) { engine in
            server.fail(.status(400, body: echo), about: "window 1.")
            let refusal = try await engine.failure("window 1.")
            #expect(refusal.code == .endpointRefused)
            #expect(refusal.message.contains("bad Bearer"), "the rest of its words is told")
            expectSilence(refusal.description)
            server.fail(.status(500, body: echo), about: "window 2.")
            expectSilence(try await engine.failure("window 2.").description)
            server.fail(.keyRefused, about: "window 3.", times: .max)
            server.fail(.status(401, body: echo), about: "/v1/models", times: .max)
            let down = try await engine.failure("window 3.")
            #expect(down.code == .endpointsDown)
            expectSilence(down.description)
            expectSilence(String(reflecting: engine.statistics))
        }
        #expect(crew.count("does not take the key") > 0)
        expectSilence(crew.notices.joined())
        var dumped = ""
        dump(options, to: &dumped)
        expectSilence("\(options) \(String(reflecting: options)) \(dumped)")
    }

    private func expectSilence(_ text: String, _ location: SourceLocation = #_sourceLocation) {
        #expect(!text.contains("secret"), sourceLocation: location)
    }
}
