import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistFleet
import TestServer
import Testing

@Suite("A fleet in a run")
struct FleetTests {
    @Test("windows are spread over all servers, none of which has more than it may")
    func spread() async throws {
        let servers = try await [TestServer.start(), TestServer.start(), TestServer.start()]
        for server in servers { server.fail(.late(.milliseconds(20)), about: "window", times: .max) }
        var options = try Crew.options(servers.map(\.address))
        options.requestsPerEndpoint = 4
        try await Crew().run(options) { engine in
            try await engine.captionAll((0..<60).map { "window \($0)." })
        }
        #expect(servers.allSatisfy { $0.mostInFlight <= 4 })
        #expect(servers.allSatisfy { $0.chats(about: "window").count >= 10 })
        #expect(servers.map { $0.chats(about: "window").count }.reduce(0, +) >= 60)
    }

    @Test("a server that asks for a pause gets nothing until it is over")
    func pause() async throws {
        let server = try await TestServer.start()
        server.fail(.status(429, retryAfter: "1"), about: "window 1.")
        try await Crew().run(try Crew.options(server)) { engine in
            try await engine.captionAll(["window 1."])
        }
        let came = server.chats(about: "window 1.").map(\.came)
        try #require(came.count == 2)
        #expect(came[1] - came[0] >= .milliseconds(950))
    }

    @Test("a task that is cancelled ends its request, and no other")
    func cancelled() async throws {
        let server = try await TestServer.start()
        server.fail(.hangs, about: "window", times: 2)
        try await Crew().run(try Crew.options(server)) { engine in
            let first = Task { try await engine.caption("window 1.") }
            let second = Task { try await engine.caption("window 2.") }
            try await Crew.wait { server.inFlight == 2 }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            try await Crew.wait { server.inFlight == 1 }
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            try await Crew.wait { server.inFlight == 0 }
            try await engine.captionAll(["window 3."])
            #expect(engine.statistics?.servers.first?.errors == 0)
        }
        #expect(server.chats(about: "window").count == 3)
    }

    @Test("a task that is cancelled while its window waits is done at once")
    func cancelledInQueue() async throws {
        let server = try await TestServer.start()
        server.fail(.hangs, about: "window 1.")
        var options = try Crew.options(server)
        options.requestsPerEndpoint = 1
        try await Crew().run(options) { engine in
            let first = Task { try await engine.caption("window 1.") }
            try await Crew.wait { server.inFlight == 1 }
            let second = Task { try await engine.caption("window 2.") }
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
        }
        #expect(server.chats(about: "window 2.").isEmpty)
    }

    @Test("shutting down ends what is on its way")
    func shutDown() async throws {
        let server = try await TestServer.start()
        server.fail(.hangs, about: "window", times: .max)
        let engine = try await Crew().connect(try Crew.options(server))
        let task = Task { try await engine.caption("window 1.") }
        try await Crew.wait { server.inFlight == 1 }
        await engine.shutDown()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await Crew.wait { server.inFlight == 0 }
        await #expect(throws: CancellationError.self) { try await engine.caption("window 2.") }
    }

    @Test("what a server had when it went down is asked for elsewhere")
    func goesDown() async throws {
        let servers = try await [TestServer.start(), TestServer.start()]
        for server in servers { server.fail(.late(.seconds(1)), about: "window", times: .max) }
        try await Crew().run(try Crew.options(servers.map(\.address))) { engine in
            let run = Task { try await engine.captionAll((0..<8).map { "window \($0)." }) }
            try await Crew.wait { servers[0].inFlight == 4 }
            await servers[0].stop()
            try await run.value
            #expect(engine.statistics?.servers.map(\.requests).reduce(0, +) == 8)
        }
    }

    @Test("a fleet whose servers are all down waits, says so once, and goes on when one is back")
    func waits() async throws {
        let servers = try await [TestServer.start(), TestServer.start()]
        let crew = Crew()
        try await crew.run(try Crew.options(servers.map(\.address))) { engine in
            for server in servers { await server.stop() }
            let run = Task { try await engine.captionAll((0..<20).map { "window \($0)." }) }
            try await Crew.wait { crew.count("No server can be asked.") == 1 }
            for server in servers {
                server.fail(.status(503), about: "/v1/models", times: .max)
                try await server.start()
            }
            let before = servers[0].requests.count
            try await Crew.wait { servers[0].requests.count >= before + 3 }
            servers[1].mend()
            try await run.value
        }
        #expect(crew.count("No server can be asked.") == 1)
        #expect(crew.count("\(servers[1].address)/v1 is back.") == 1)
        #expect(crew.count("\(servers[0].address)/v1 is back.") == 0)
        #expect(crew.notices.first { $0.hasPrefix("No server") }?.contains("up to 30 s") == true)
    }

    @Test("a fleet that nobody can ask ends the run when its patience is over")
    func givesUp() async throws {
        let server = try await TestServer.start()
        var options = try Crew.options(server)
        options.giveUp = .milliseconds(700)
        try await Crew().run(options) { engine in
            await server.stop()
            try await withThrowingTaskGroup(of: ShotlistError.self) { group in
                for number in 0..<5 { group.addTask { try await engine.failure("window \(number).") } }
                for try await error in group { #expect(error.code == .endpointsDown) }
            }
            let error = try await engine.failure("window 9.")
            #expect(error.code == .endpointsDown)
            #expect(error.endsRun)
        }
    }

    @Test("what takes far longer than the others is asked a second time, and the first answer is taken")
    func straggler() async throws {
        let servers = try await [TestServer.start(), TestServer.start()]
        var options = try Crew.options(servers.map(\.address))
        options.policy.stragglerEvidence = 5
        try await Crew().run(options) { engine in
            try await engine.captionAll((0..<10).map { "window \($0)." })
            try await engine.withWindow(try Sample.window("unasked"), asksAgain: true) { window in
                _ = try await window.answer(try Sample.question("seen."))
                let seen = try #require(servers.first { !$0.chats(about: "seen.").isEmpty })
                seen.fail(.hangs, about: "slow.", times: .max)
                let answer = try await window.answer(try Sample.question("slow."))
                #expect(answer.text == "answer to slow.")
                try await Crew.wait { seen.inFlight == 0 }
            }
            #expect(servers.map { $0.chats(about: "slow.").count } == [1, 1])
            #expect(engine.statistics?.servers.map(\.errors) == [0, 0])
        }
    }

    @Test("a server that is restarted on the way is used again")
    func restarted() async throws {
        let server = try await TestServer.start()
        let crew = Crew()
        try await crew.run(try Crew.options(server)) { engine in
            for round in 0..<3 {
                try await engine.captionAll((0..<5).map { "window \(round) \($0)." })
                await server.stop()
                let run = Task { try await engine.captionAll(["window \(round) in between."]) }
                try await Crew.wait { crew.count("is left alone for a while") > round }
                try await server.start()
                try await run.value
            }
        }
    }

    @Test("servers come and go by the file of addresses")
    func endpointsFile() async throws {
        let servers = try await [TestServer.start(), TestServer.start()]
        let (a, b) = (servers[0], servers[1])
        let name = "shotlist-endpoints-\(UUID().uuidString)"
        let file = FileManager.default.temporaryDirectory.appending(path: name).path
        defer { try? FileManager.default.removeItem(atPath: file) }
        func list(_ text: String) throws { try text.write(toFile: file, atomically: true, encoding: .utf8) }
        try list("# the first\n\(a.address)/ # here\r\n\r\n")
        let crew = Crew()
        try await crew.run(try Crew.options([], file: file)) { engine in
            try await engine.captionAll(["window 1."])
            try list("\(a.address)\r\n\(b.address)\r\n")
            try await Crew.wait { crew.count("\(b.address)/v1 joins.") == 1 }
            try await engine.captionAll((0..<10).map { "both \($0)." })
            #expect(servers.allSatisfy { !$0.chats(about: "both").isEmpty })

            try list("\(a.address)\nnonsense\n")
            try await Crew.wait { crew.count("Line 2 of '\(file)'") > 0 }
            try await Task.sleep(for: .milliseconds(200))
            #expect(crew.count("Line 2 of") == 1, "it is said once")
            try list("\(b.address)\n")
            try await Crew.wait { crew.count("\(a.address)/v1 leaves") == 1 }
            try await engine.captionAll((0..<10).map { "one \($0)." })
            #expect(a.chats(about: "one").isEmpty)

            await a.stop()
            try list("\(b.address)\n\(a.address)\n")
            try await Crew.wait { crew.count("\(a.address)/v1 joins, and is asked when it answers.") == 1 }
            try await a.start()
            try await Crew.wait { crew.count("\(a.address)/v1 is back.") == 1 }
            try await engine.captionAll((0..<10).map { "again \($0)." })
            #expect(!a.chats(about: "again").isEmpty)
        }
    }

    @Test("captions are enhanced on servers, too, without thoughts")
    func textEngine() async throws {
        let servers = try await [TestServer.start(), TestServer.start(.plain)]
        for server in servers {
            server.change { $0.words = { "<think>\nHm.\n</think>\n\nbetter: \($0.question)" } }
            server.fail(.late(.milliseconds(100)), times: .max)
        }
        let engine = try await FleetTextEngine.connect(
            try Crew.options(servers.map(\.address)), knownNames: [], maxOutputTokens: 64
        ) { _ in }
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<8 {
                group.addTask {
                    let request = TextRequest(
                        system: "Rewrite.", user: "words \(number).", sampling: .greedy, maxOutputTokens: 64)
                    return (number, try await engine.answer(request).text)
                }
            }
            for try await (number, text) in group { #expect(text == "better: words \(number).") }
        }
        await engine.shutDown()
        let bodies = try servers.map { try JSON(try #require($0.chats.first).body) }
        let system: JSON = ["role": "system", "content": "Rewrite."]
        for body in bodies {
            #expect(body["messages"]?.values.first == system)
            #expect(body["messages"]?.values.count == 2)
        }
        #expect(bodies[0]["chat_template_kwargs"]?["enable_thinking"] == JSON.bool(false))
        #expect(bodies[1]["chat_template_kwargs"] == nil)
    }
}
