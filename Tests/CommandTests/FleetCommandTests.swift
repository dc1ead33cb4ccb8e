import Foundation
import Testing

@Suite("shotlist run --engine openai, before real llama-servers", .serialized)
struct FleetCommandTests {
    private static let questions = ["--captioning-stage2-caption", "--captioning-prompt", "people=Who can be seen?"]

    /// A run over the folder's videos in clips of 0.4 s, a window each, ready to be started. The environment's proxies
    /// are left out: all servers are on this machine.
    private func process(
        _ folder: Folder, _ output: String, _ flags: [String], environment: [String: String] = [:]
    ) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments =
            [
                "run", "--video-dir", folder.path("videos"), "--output-path", folder.path(output), "--engine", "openai",
                "--captioning-algorithm", "demo", "--generate-captions", "--fixed-stride-split-duration", "0.4",
                "--fixed-stride-min-clip-length-s", "0.2",
            ] + flags
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.lowercased().hasSuffix("_proxy") }
            .merging(["HF_HUB_OFFLINE": "1"]) { $1 }.merging(environment) { $1 }
        return process
    }

    private func run(
        _ folder: Folder, _ output: String, _ flags: [String], environment: [String: String] = [:]
    ) async throws -> Command.Outcome {
        try await Command.finish(process(folder, output, flags, environment: environment))
    }

    /// What the records say of each window: its status and its three captions.
    private func windows(_ folder: Folder, _ output: String) throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for file in folder.files() where file.hasPrefix("\(output)/metas/v0/") {
            for window in try #require(try folder.json(file)["windows"] as? [[String: Any]]) {
                let start = try #require(window["start_frame"] as? Int)
                let name = "\(URL(filePath: file).lastPathComponent) \(start)"
                found[name] = ["status", "demo_stage1_caption", "demo_caption", "demo_caption_people"].map {
                    window[$0] as? String ?? ""
                }
            }
        }
        return found
    }

    private static func records(_ folder: Folder, _ output: String) -> Int {
        folder.files().count { $0.hasPrefix("\(output)/metas/v0/") && $0.hasSuffix(".json") }
    }

    private static func hasRecord(_ folder: Folder, _ output: String) -> Bool { records(folder, output) > 0 }

    /// What a server answered to a question, and what it answers to the same now.
    private struct Exchange: Decodable {
        let kept: String
        let now: String
    }

    @Test(
        "a server that is killed and comes back costs no window, and every caption is the server's own",
        .timeLimit(.minutes(10)))
    func killed() async throws {
        let folder = try Folder()
        for name in ["bikes", "carphone_pristine", "carphone_distorted"] { try folder.add(name, "videos/\(name).mp4") }
        let (first, second) = (try await LocalServer.demo(), try await LocalServer.demo())
        let process = process(
            folder, "fleet",
            Self.questions + [
                "--endpoint", first.address, "--endpoint", second.address, "--endpoint-requests", "4",
            ])
        async let ended = Command.finish(process)
        let goesOn = try await Command.onThread {
            Command.wait { Self.hasRecord(folder, "fleet") }
            try first.crash()
            // The other one must not finish the work before the first is back.
            second.pause()
            defer { second.goOn() }
            try first.startAgain()
            let before = Self.records(folder, "fleet")
            Command.wait { Self.records(folder, "fleet") > before + 4 }
            return Self.records(folder, "fleet") > before + 4
        }
        #expect(goesOn)
        let run = try await ended
        #expect(run.status == 0, "\(run.errors)")
        let fleet = try windows(folder, "fleet")
        #expect(fleet.count > 36)
        #expect(fleet.values.allSatisfy { $0[0] == "success" && !$0.contains("") })
        let servers = try #require(try folder.json("fleet/summary.json")["servers"] as? [[String: Any]])
        let requests = servers.compactMap { $0["requests"] as? Int }
        #expect(requests.count == 2 && requests.allSatisfy { $0 > 0 }, "\(servers)")
        // Four requests were with it when it was killed.
        let killed = servers.first { $0["server"] as? String == "\(first.address)/v1" }
        #expect(try #require(killed?["errors"] as? Int) > 0)

        // The same windows before one server with one request at a time: none can have another's answer there.
        let file = folder.path("questions.jsonl")
        let recorder = try await LocalServer.recorder(before: second, file: file)
        let alone = try await self.run(
            folder, "alone", Self.questions + ["--endpoint", recorder.address, "--endpoint-requests", "1"])
        #expect(alone.status == 0, "\(alone.errors)")
        let expected = try windows(folder, "alone")
        #expect(fleet.keys.sorted() == expected.keys.sorted())
        for (name, window) in fleet { #expect(window == expected[name]) }

        // And the server, asked the same by another program, says these words.
        let asked = try await Command.run(
            "/usr/bin/env", ["python3", "-B", Repository.recorder, "ask", second.address, file])
        #expect(asked.status == 0, "\(asked.errors)")
        let answers = try JSONDecoder().decode([Exchange].self, from: Data(asked.output.utf8))
        #expect(answers.allSatisfy { $0.kept == $0.now })
        let words = answers.map { $0.now.trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(words.sorted() == expected.values.flatMap { $0.dropFirst() }.sorted())
    }

    @Test(
        "when no server is left the run ends with 75 and keeps what was done, and a rerun makes the rest",
        .timeLimit(.minutes(20)))
    func allGone() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let server = try await LocalServer.demo()
        let flags = ["--endpoint", server.address, "--endpoint-requests", "2", "--endpoint-give-up", "2"]
        let process = process(folder, "out", flags)
        async let ended = Command.finish(process)
        try await Command.onThread {
            Command.wait { Self.hasRecord(folder, "out") }
            try server.crash()
        }
        let run = try await ended
        #expect(run.status == 75, "\(run.errors)")
        #expect(run.errors.contains("No server could be asked for 2 s."), "\(run.errors)")
        let done = try windows(folder, "out").values.filter { $0[0] == "success" }
        #expect(!done.isEmpty && done.count < 25)
        #expect(done.allSatisfy { !$0[2].isEmpty })
        #expect(!folder.files().contains { $0.contains(".tmp") || $0.contains("staging") })
        // What was done until then is accounted for.
        let account = try folder.json("out/summary.json")
        #expect(account["cancelled"] as? Bool == true)
        let servers = try #require(account["servers"] as? [[String: Any]])
        #expect(servers.first?["requests"] as? Int ?? 0 >= done.count)

        try await Command.onThread { try server.startAgain() }
        let again = try await self.run(folder, "out", flags)
        #expect(again.status == 0, "\(again.errors)")
        let all = try windows(folder, "out")
        #expect(all.count == 25)
        #expect(all.values.allSatisfy { $0[0] == "success" && !$0[2].isEmpty })
    }

    @Test("a key opens a server that wants one; a wrong one is told; neither is written anywhere")
    func keys() async throws {
        let (right, wrong) = ("right-\(UUID().uuidString)", "wrong-\(UUID().uuidString)")
        let server = try await LocalServer.demo(key: right)
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        let flags = ["--endpoint", server.address, "--verbose", "--api-key-env", "FLEET_KEY"]
        let good = try await run(folder, "good", flags, environment: ["FLEET_KEY": right])
        #expect(good.status == 0, "\(good.errors)")
        #expect(try windows(folder, "good").values.allSatisfy { $0[0] == "success" })
        let bad = try await run(folder, "bad", flags, environment: ["FLEET_KEY": wrong])
        #expect(bad.status == 1)
        #expect(bad.errors.contains("does not take the key (HTTP 401)"), "\(bad.errors)")
        #expect(!folder.files().contains { $0.hasPrefix("bad/metas") })
        let missing = try await run(folder, "missing", flags)
        #expect(missing.status == 64)
        #expect(missing.errors.contains("'FLEET_KEY' holds no key"), "\(missing.errors)")
        for run in [good, bad, missing] {
            #expect(!(run.output + run.errors).contains(right) && !(run.output + run.errors).contains(wrong))
        }
        for file in folder.files() {
            let content = try Data(contentsOf: folder.url.appending(path: file))
            for key in [right, wrong] { #expect(content.range(of: Data(key.utf8)) == nil, "\(file)") }
        }
    }

    @Test("a key and the servers may stand in files")
    func files() async throws {
        let key = "right-\(UUID().uuidString)"
        let server = try await LocalServer.demo(key: key)
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        try Data("\(key)\n".utf8).write(to: folder.url.appending(path: "key"))
        try Data("# ours\n\(server.address)  # the only one\n".utf8).write(to: folder.url.appending(path: "fleet"))
        let run = try await run(
            folder, "out",
            [
                "--endpoints-file", folder.path("fleet"), "--api-key-file", folder.path("key"), "--endpoint-dialect",
                "llama-server",
            ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try windows(folder, "out").values.allSatisfy { $0[0] == "success" })
    }

    @Test(
        "flags that do nothing, or cannot be, are refused before anything is asked",
        arguments: [
            (["--engine", "embedded", "--endpoint", "http://gpu1:8000"], "An endpoint is given"),
            (["--engine", "embedded", "--endpoint-model", "x"], "--endpoint-model says how servers are asked"),
            (["--engine", "embedded", "--endpoint-media", "frames"], "--endpoint-media says how servers are asked"),
            (["--engine", "embedded", "--api-key-env", "HOME"], "A key is given, and no server is asked"),
            (["--vllm-program", "vllm"], "It is said how vLLM is started"),
            ([], "none is named"),
            (["--endpoint", "http://127.0.0.1:1", "--endpoint-timeout", "1e300"], "times of at most a year"),
            (["--endpoint", "http://127.0.0.1:1", "--endpoint-give-up", "-1"], "times of at most a year"),
            (["--endpoint", "http://127.0.0.1:1", "--endpoint-dialect", "x"], "There is no dialect 'x'"),
            (["--endpoint", "http://127.0.0.1:1", "--endpoint-media", "x"], "There is no form 'x'"),
            (["--endpoint", "http://127.0.0.1:1", "--captioning-weights", "q8_0"], "--captioning-weights says how"),
        ])
    func refusedFlags(flags: [String], words: String) async throws {
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        let run = try await run(folder, "out", flags)
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(!folder.files().contains { $0.hasPrefix("out/metas") })
    }

    @Test("a model that the server does not have is told with those that it has")
    func unknownModel() async throws {
        let server = try await LocalServer.demo()
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        let run = try await run(folder, "out", ["--endpoint", server.address, "--endpoint-model", "another"])
        #expect(run.status == 1)
        #expect(
            run.errors.contains("does not have the model 'another'; it has \(LocalServer.model)."), "\(run.errors)")
        #expect(!folder.files().contains { $0.hasPrefix("out/metas") })
    }

    @Test("a server without a projector is refused before the first window")
    func blind() async throws {
        let server = try await LocalServer.demo(projector: false)
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        let run = try await run(folder, "out", ["--endpoint", server.address])
        #expect(run.status == 64)
        #expect(run.errors.contains("takes no frames. Start llama-server with --mmproj."), "\(run.errors)")
        #expect(!folder.files().contains { $0.hasPrefix("out/metas") })
    }

    @Test("a server rewrites captions that this process made", .timeLimit(.minutes(20)))
    func enhancement() async throws {
        let model = Repository.root.appending(path: ".deps/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf").path
        try #require(FileManager.default.fileExists(atPath: model), "run `scripts/fetch-smollm2.sh` first")
        let server = try await LocalServer.llama(["-m", model, "-np", "1"], name: "small")
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        // The last of two settings of one flag counts: clips of 2 s, and the engine in this process.
        let run = try await run(
            folder, "out",
            [
                "--engine", "embedded", "--fixed-stride-split-duration", "2", "--enhance-captions",
                "--enhance-captions-algorithm", "smollm2", "--enhance-captions-max-output-tokens", "24",
                "--enhance-endpoint", server.address,
            ])
        #expect(run.status == 0, "\(run.errors)")
        let summary = try folder.json("out/summary.json")
        let servers = try #require(summary["enhancement_servers"] as? [[String: Any]])
        #expect(servers.map { $0["server"] as? String } == ["\(server.address)/v1"])
        #expect(servers.first?["requests"] as? Int == 2)
        #expect(summary["enhanced"] as? Int == 2)
        for file in folder.files() where file.hasPrefix("out/metas/v0/") {
            let window = try #require((try folder.json(file)["windows"] as? [[String: Any]])?.first)
            #expect((window["demo_caption"] as? String)?.isEmpty == false)
            #expect((window["smollm2_enhanced_caption"] as? String)?.isEmpty == false)
            #expect(window["enhancement_model_id"] as? String == "small")
        }
    }
}
