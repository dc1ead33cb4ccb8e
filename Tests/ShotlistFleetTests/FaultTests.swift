import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import TestServer
import Testing

@Suite("Servers with faults")
struct FaultTests {
    /// A fault with a name for the report.
    struct Named: Sendable, CustomTestStringConvertible {
        let name: String
        let fault: ServerFault
        var testDescription: String { name }

        init(_ name: String, _ fault: ServerFault) {
            self.name = name
            self.fault = fault
        }
    }

    /// What another server, or the same a little later, can answer.
    private static let passing = [
        Named("closes before the head", .closes), Named("closes after half of the body", .halfBody),
        Named("says that more comes than does", .lyingLength(10)),
        Named("says that less comes than does", .lyingLength(-10)),
        Named("says that nothing comes", .status(200)),
        Named("500", .status(500, body: #"{"error":"broken"}"#)), Named("502", .status(502, body: "<html>")),
        Named("503", .status(503)), Named("504", .status(504)), Named("408", .status(408)),
        Named("429", .status(429)), Named("429 with a pause", .status(429, retryAfter: "1")),
        Named("429 with a date that is past", .status(429, retryAfter: "Wed, 21 Oct 2015 07:28:00 GMT")),
        Named("401", .status(401)), Named("403", .status(403)), Named("404", .status(404)),
        Named("another model", .modelNotFound),
        Named("no JSON", .body("Hello")), Named("half JSON", .body(#"{"choices"#)),
        Named("an empty object", .body("{}")), Named("null", .body("null")), Named("a list", .body("[1]")),
        Named("no choices", .body(#"{"choices":[]}"#)), Named("a choice of nothing", .body(#"{"choices":[{}]}"#)),
        Named("an error with 200", .body(#"{"error":{"message":"out of memory"}}"#)),
        Named("a number for words", .body(#"{"choices":[{"message":{"content":7},"finish_reason":"stop"}]}"#)),
        Named("no UTF-8", .notUTF8), Named("402", .status(402)),
        Named("an answer that was broken off", .content("A dog ru", finishReason: "abort")),
    ]

    /// What is over only when its time is.
    private static let slow = [
        Named("hangs", .hangs), Named("drips", .drips), Named("answers late", .late(.seconds(4))),
    ]

    @Test(
        "another server gives the answer, and each window gets its own", .timeLimit(.minutes(1)),
        arguments: FaultTests.passing + FaultTests.slow + [Named("an answer without end", .huge(16 << 20))])
    func answeredElsewhere(named: Named) async throws {
        let (bad, good) = (try await TestServer.start(), try await TestServer.start())
        bad.fail(named.fault, about: "window", times: .max)
        var options = try Crew.options(bad, good)
        if Self.slow.contains(where: { $0.name == named.name }) { options.timeout = .seconds(1) }
        if case .lyingLength = named.fault { options.timeout = .seconds(2) }
        options.attempts = 20
        try await Crew().run(options) { engine in
            try await engine.captionAll((0..<6).map { "window \($0)." })
            let servers = try #require(engine.statistics?.servers)
            #expect(servers.map(\.requests).reduce(0, +) == 6)
            #expect(servers.first { $0.server == "\(bad.address)/v1" }?.errors ?? 0 > 0)
            #expect(servers.first { $0.server == "\(good.address)/v1" }?.requests == 6)
        }
        #expect(!bad.chats(about: "window").isEmpty)
    }

    @Test("a server that is well again is asked again, and no answer is lost", arguments: FaultTests.passing)
    func answeredLater(named: Named) async throws {
        let server = try await TestServer.start()
        server.fail(named.fault, about: "window", times: 2)
        var options = try Crew.options(server)
        if case .lyingLength = named.fault { options.timeout = .seconds(2) }
        try await Crew().run(options) { engine in
            try await engine.captionAll(["window 1."])
            try await engine.captionAll(["window 2.", "window 3."])
        }
        #expect(server.chats(about: "window 1.").count == 3)
    }

    @Test(
        "a window that breaks every time has the right code",
        arguments: [
            Named("closes before the head", .closes), Named("500", .status(500)), Named("no JSON", .body("Hello")),
            Named("no choices", .body(#"{"choices":[]}"#)), Named("no UTF-8", .notUTF8),
            Named("hangs", .hangs), Named("a redirect", .redirect(to: "http://127.0.0.1:1")),
        ])
    func engineFailed(named: Named) async throws {
        let server = try await TestServer.start()
        server.fail(named.fault, about: "window", times: .max)
        var options = try Crew.options(server)
        options.attempts = 2
        if case .hangs = named.fault { options.timeout = .seconds(2) }
        try await Crew().run(options) { engine in
            let error = try await engine.failure("window 1.")
            #expect(error.code == .engineFailed)
            #expect(error.message.contains(server.address))
            #expect(!error.endsRun)
        }
        #expect(server.chats(about: "window").count == 2)
    }

    @Test("an answer without end is not read to its end")
    func huge() async throws {
        let server = try await TestServer.start()
        server.fail(.huge(100 << 20), about: "window", times: .max)
        var options = try Crew.options(server)
        options.attempts = 1
        try await Crew().run(options) { engine in
            let error = try await engine.failure("window 1.")
            #expect(error.code == .engineFailed)
            #expect(error.message.contains("more than 4 MB"))
        }
    }

    @Test("a window that does not fit the context of two servers is refused", arguments: TestServer.Kind.allCases)
    func contextTooShort(kind: TestServer.Kind) async throws {
        let (server, other) = (try await TestServer.start(kind), try await TestServer.start(kind))
        for server in [server, other] { server.fail(.contextTooShort, about: "window 1.", times: .max) }
        try await Crew().run(try Crew.options(server, other)) { engine in
            #expect(try await engine.failure("window 1.").code == .contextTooShort)
            try await engine.captionAll(["window 2."])
        }
        for server in [server, other] { #expect(server.chats(about: "window 1.").count == 1) }
    }

    @Test("a server with a longer context answers what another refuses")
    func longerContext() async throws {
        let (short, long) = (try await TestServer.start(), try await TestServer.start())
        short.fail(.contextTooShort, about: "window", times: .max)
        try await Crew().run(try Crew.options(short, long)) { engine in
            try await engine.captionAll((0..<6).map { "window \($0)." })
        }
        #expect(long.chats(about: "window").count == 6)
        #expect(!short.chats(about: "window").isEmpty)
    }

    @Test("a request that no server would take is refused at once", arguments: [400, 413, 422])
    func refused(status: Int) async throws {
        let server = try await TestServer.start()
        let body = #"{"detail":[{"loc":["body"],"msg":"Value error,\n  no such thing","type":"value_error"}]}"#
        server.fail(.status(status, body: body), about: "window 1.", times: .max)
        try await Crew().run(try Crew.options(server)) { engine in
            let error = try await engine.failure("window 1.")
            #expect(error.code == .endpointRefused)
            #expect(error.message.contains("(HTTP \(status)): Value error, no such thing"))
            try await engine.captionAll(["window 2."])
        }
        #expect(server.chats(about: "window 1.").count == 1)
    }

    @Test("an answer that a filter stopped is blocked, and one without words is empty")
    func noWords() async throws {
        let server = try await TestServer.start()
        server.fail(.content("some of", finishReason: "content_filter"), about: "window 1.")
        server.fail(.body(#"{"choices":[{"message":{"content":null,"refusal":"I can't."}}]}"#), about: "window 2.")
        server.fail(.content(nil), about: "window 3.")
        server.fail(
            .status(400, body: #"{"error":{"message":"Filtered.","code":"content_filter"}}"#), about: "window 6.")
        server.fail(.content(" \n "), about: "window 4.")
        server.fail(.content(nil), about: "window 5.")
        try await Crew().run(try Crew.options(server)) { engine in
            #expect(try await engine.failure("window 1.").code == .blocked)
            #expect(try await engine.failure("window 2.").code == .blocked)
            #expect(try await engine.failure("window 6.").code == .blocked)
            #expect(try await engine.failure("window 3.").code == .emptyCaption)
            #expect(try await engine.failure("window 4.").code == .emptyCaption)
            // An open window leaves it to who asks.
            let answer = try await engine.withWindow(try Sample.window("unasked"), asksAgain: true) { window in
                try await window.answer(try Sample.question("window 5."))
            }
            #expect(answer.text.isEmpty)
        }
        #expect(server.chats.count == 7, "none is asked again; one is the trial")
    }

    @Test("an answer says how it ended and what it cost")
    func costs() async throws {
        let server = try await TestServer.start {
            ($0.usage.prompt, $0.usage.output, $0.usage.cached) = (321, 12, 300)
            $0.words = { _ in "  \n words with space around  \n" }
        }
        server.fail(.content("cut", finishReason: "length"), about: "window 2.")
        try await Crew().run(try Crew.options(server)) { engine in
            let answer = try await engine.caption("window 1.")
            #expect(answer.text == "words with space around")
            #expect(answer.finishReason == .stop)
            #expect(answer.server == "\(server.address)/v1")
            #expect(answer.promptTokens == 321 && answer.outputTokens == 12 && answer.reusedTokens == 300)
            // Four frames of 64 x 64 pixels, a token for 32 x 32.
            #expect(answer.visionTokens == 16)
            let cut = try await engine.caption("window 2.")
            #expect(cut.finishReason == .length)
            #expect(cut.text == "cut")
            let statistics = try #require(engine.statistics?.servers.first)
            #expect(statistics.promptTokens == 321 + 1000)
            #expect(statistics.outputTokens == 12 + 8)
            #expect(statistics.medianSeconds != nil)
        }
    }

    @Test("what a server cannot have counted is not believed", arguments: [Int.max, -7])
    func wrongCounts(count: Int) async throws {
        let server = try await TestServer.start {
            ($0.usage.prompt, $0.usage.output, $0.usage.cached) = (count, count, count)
        }
        try await Crew().run(try Crew.options(server)) { engine in
            for number in 0..<3 {
                let answer = try await engine.caption("window \(number).")
                #expect((0...1 << 32).contains(answer.promptTokens))
                #expect((0...answer.promptTokens).contains(answer.reusedTokens))
            }
            let statistics = try #require(engine.statistics?.servers.first)
            #expect((0...3 << 32).contains(statistics.promptTokens))
        }
    }

    @Test("an answer that comes twice is not taken for that to the next question")
    func twice() async throws {
        let server = try await TestServer.start()
        server.fail(.twice, about: "window", times: 3)
        try await Crew().run(try Crew.options(server)) { engine in
            for number in 0..<8 { try await engine.captionAll(["window \(number)."]) }
        }
    }

    @Test("two hundred windows get the answers that are theirs from three servers with faults", .timeLimit(.minutes(1)))
    func manyWindows() async throws {
        let servers = try await [TestServer.start(), TestServer.start(.sglang), TestServer.start(.llamaServer)]
        let faults: [ServerFault] = [
            .closes, .halfBody, .status(500), .status(503), .status(429), .body("{}"), .notUTF8, .lyingLength(-7),
            .late(.milliseconds(50)), .hangs, .status(504), .modelNotFound,
        ]
        var numbers = SeededNumbers(seed: 20)
        for server in servers {
            for window in 0..<200 where numbers.isOne(of: 3) {
                guard let fault = faults.randomElement(using: &numbers) else { continue }
                server.fail(fault, about: "window \(window).")
            }
        }
        var options = try Crew.options(servers.map(\.address))
        options.timeout = .seconds(2)
        options.attempts = 50
        options.requestsPerEndpoint = 20
        try await Crew().run(options) { engine in
            try await engine.captionAll((0..<200).map { "window \($0)." })
            let statistics = try #require(engine.statistics?.servers)
            #expect(statistics.map(\.requests).reduce(0, +) == 200)
            #expect(statistics.allSatisfy { $0.requests > 0 && $0.errors > 0 })
        }
    }
}
