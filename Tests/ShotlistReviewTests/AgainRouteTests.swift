import Foundation
import TestRecords
import Testing

@Suite("Asking the model again from a review", .timeLimit(.minutes(5)))
struct AgainRouteTests {
    private static let flags = [
        "--video-dir", "videos", "--output-path", "old", "--generate-captions", "--captioning-algorithm=demo",
        "--captioning-prompt-text", "Old?", "--on-existing", "skip", "--retry-failed", "--captioning-seed", "7",
        "--captioning-prompt", "mood=What $(mood)?", "--verbose",
    ]

    /// What a page asks about one window.
    private static var fields: [String: Any] { ["keys": [RecordedOutput.key(1)], "prompt": "New?"] }

    @Test("the command is that of the last run with the new prompt, is shown, and is started in its folder")
    func start() async throws {
        let standIn = try await AgainStandIn(Self.flags)
        let keys = [RecordedOutput.key(1), RecordedOutput.key(3, window: 1)]
        try await standIn.reviewed().test { client async throws in
            #expect(try await client.get("/api/again").json["run"] == nil)
            let (shown, status) = try await client.startAgain(["keys": keys, "prompt": "-What's `new`?"])
            #expect(status == 200 && shown["count"] as? Int == 2 && shown["reason"] == nil)
            let command = try #require(shown["command"] as? String)
            #expect(command.contains(#"'--captioning-prompt-text=-What'\''s `new`?'"#), "\(command)")
            let run = try await client.again { $0["isRunning"] as? Bool == false }
            #expect(run["code"] as? Int == 0 && run["line"] as? String == "All is done.")
            #expect(run["command"] as? String == command && run["windows"] as? Int == 2)
        }
        let output = standIn.output.folder.standardizedFileURL.path
        let arguments = try #require(standIn.text("arguments")).split(separator: "\n").map(String.init)
        let list = try #require(arguments.first { $0.hasPrefix("--only-windows=") }?.dropFirst(15))
        #expect(list.hasPrefix(output + "/.shotlist/again/"))
        #expect(
            arguments == [
                "run", "--video-dir=videos", "--generate-captions", "--captioning-algorithm=demo",
                "--captioning-seed=7",
                "--captioning-prompt=mood=What $(mood)?", "--output-path=\(output)", "--only-windows=\(list)",
                "--captioning-prompt-text=-What's `new`?", "--on-existing=append",
            ])
        let listed = try String(contentsOfFile: String(list), encoding: .utf8)
        #expect(Set(listed.split(separator: "\n").map(String.init)) == Set(keys))
        #expect(standIn.text("pwd")?.contains(standIn.folder.lastPathComponent) == true)
    }

    @Test(
        "no prompt ends its word in a terminal, or is acted on there",
        arguments: [
            ("a'\u{301}; x", #"'--captioning-prompt-text=a'\''"# + "\u{301}; x'"),
            ("a'\u{1b}[2J\\", #"$'--captioning-prompt-text=a\'\x1b[2J\\'"#),
        ])
    func quotes(_ prompt: String, _ word: String) async throws {
        try await AgainStandIn(Self.flags).reviewed().test { client async throws in
            let fields: [String: Any] = ["keys": [RecordedOutput.key(1)], "prompt": prompt]
            let shown = try await client.post("/api/again/preview", try client.againBody(fields)).json
            let command = try #require(shown["command"] as? String)
            #expect(command.utf8.firstRange(of: word.utf8) != nil, "\(command)")
        }
    }

    @Test("all that are found are asked about; a command or windows that are not those that were shown are refused")
    func found() async throws {
        let standIn = try await AgainStandIn(Self.flags)
        try await standIn.reviewed().test { client async throws in
            let fields: [String: Any] = ["query": "q=ball", "prompt": "New?"]
            let shown = try await client.post("/api/again/preview", try client.againBody(fields)).json
            #expect(shown["count"] as? Int == 2)
            let seen = fields.merging(shown) { $1 }
            for other: [String: Any] in [["prompt": "Other?"], ["query": ""], ["command": "x"], ["count": 3]] {
                let body = try client.againBody(seen.merging(other) { $1 })
                #expect(try await client.post("/api/again/start", body).status == .conflict)
            }
            for other: [String: Any] in [["name": "../../x"], ["prompt": " "], ["keys": ["x"]]] {
                let body = try client.againBody(seen.merging(other) { $1 })
                #expect(try await client.post("/api/again/start", body).status == .badRequest)
            }
            #expect(
                try await client.post("/api/again/start", try client.againBody(seen), ["X-Shotlist-Session": "x"])
                    .status
                    == .forbidden)
            #expect(standIn.text("arguments") == nil)
            #expect(try await client.post("/api/again/start", try client.againBody(seen)).status == .ok)
            _ = try await client.again { $0["isRunning"] as? Bool == false }
        }
        #expect(standIn.text("arguments") != nil)
    }

    @Test("one runs at a time, and is told to stop by a person")
    func cancel() async throws {
        let standIn = try await AgainStandIn(Self.flags)
        try await standIn.reviewed().test { client async throws in
            let fields: [String: Any] = ["keys": [RecordedOutput.key(1)], "prompt": "Wait"]
            #expect(try await client.startAgain(fields).status == 200)
            _ = try await client.again { $0["line"] as? String == "Waiting" }
            #expect(try await client.startAgain(fields).status == 409)
            #expect(try await client.post("/api/again/cancel", "{}").status == .ok)
            let run = try await client.again { $0["isRunning"] as? Bool == false }
            #expect(run["code"] as? Int == 130 && run["isStopping"] as? Bool == true)
            #expect(run["line"] as? String == "Stopping")
        }
        #expect(standIn.text("gone") != nil)
    }

    @Test("a review that ends tells a run to stop, and waits for it")
    func end() async throws {
        let standIn = try await AgainStandIn(Self.flags)
        let reviewed = try await standIn.reviewed()
        let (addresses, said) = AsyncStream.makeStream(of: String.self)
        let serving = Task {
            defer { said.finish() }
            try await reviewed.server.run { said.yield($0) }
        }
        for await _ in addresses { break }
        try await reviewed.test { client async throws in
            let started = try await client.startAgain(["keys": [RecordedOutput.key(1)], "prompt": "Wait"])
            #expect(started.status == 200)
            _ = try await client.again { $0["line"] as? String == "Waiting" }
        }
        #expect(standIn.text("gone") == nil)
        serving.cancel()
        try await serving.value
        #expect(standIn.text("gone") != nil)
    }

    @Test(
        "what is not on the list is shown for a terminal, with the reason, and not started",
        arguments: [
            (["--engine", "vllm"], "it starts a server"), (["--vllm-program=/tmp/x"], "it starts a server"),
            (["--api-key-file", "/etc/key"], "it takes a key along"), (["--model-file", "m.yaml"], "it names a file"),
            (["--media-isolation=none"], "--media-isolation"), (["--new-option", "x"], "'--new-option' is no option"),
            (["--endpoint", "http://a:b@gpu1"], "secret"), (["stray"], "'stray' is no option"),
            (["--captioning-seed"], "no value"),
        ])
    func refused(_ more: [String], _ reason: String) async throws {
        let standIn = try await AgainStandIn(Self.flags + more)
        try await standIn.reviewed().test { client async throws in
            let (shown, status) = try await client.startAgain(Self.fields)
            #expect((shown["reason"] as? String)?.contains(reason) == true, "\(shown)")
            #expect((shown["command"] as? String)?.contains("--only-windows=") == true)
            #expect(status != 200)
            let listed = try await client.post(
                "/api/again/list", try client.againBody(Self.fields.merging(shown) { $1 }))
            #expect(listed.status == .ok)
            #expect(try await client.get("/api/again").json["run"] == nil)
        }
        #expect(standIn.text("arguments") == nil)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: standIn.output.folder.appending(path: ".shotlist/again").path)
        #expect(files.contains { $0.hasSuffix(".txt") })
    }

    @Test("without the last run's folder, and without a known command, nothing is started")
    func unknown() async throws {
        let away = try await AgainStandIn(Self.flags, folder: "/nowhere/at/all")
        try await away.reviewed().test { client async throws in
            let (shown, status) = try await client.startAgain(Self.fields)
            #expect((shown["reason"] as? String)?.contains("/nowhere/at/all") == true && status != 200)
        }
        try await ReviewedOutput().test { client async throws in
            let shown = try await client.post("/api/again/preview", try client.againBody(Self.fields)).json
            #expect(shown["command"] == nil && (shown["reason"] as? String)?.contains("ledger") == true)
        }
    }
}
