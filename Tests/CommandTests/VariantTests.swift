import Foundation
import TestHub
import Testing

/// Every variant of the registry, under its own name and revision, from a hub on this machine that has tiny random
/// checkpoints in the real formats.
@Suite("Every model by its name: fetched, prepared, answering; the second time without a request", .serialized)
struct VariantTests {
    /// A variant and the script that makes a tiny checkpoint of its kind.
    struct Variant: Sendable, CustomTestStringConvertible {
        let name: String
        let repository: String
        let revision: String
        let script: String
        let arguments: [String]
        var testDescription: String { name }

        static let vision = [
            Variant(
                name: "qwen", repository: "Qwen/Qwen2.5-VL-7B-Instruct", revision: "cc59489",
                script: "make_tiny_model.py"),
            Variant(
                name: "qwen3", repository: "Qwen/Qwen3-VL-8B-Instruct", revision: "0c351dd",
                script: "make_tiny_qwen3vl.py"),
            nemotron("nemotron", "BF16", "5d250e2e111dc5e1434131bdf3d590c27a878ade"),
            nemotron("nemotron-bf16", "BF16", "5d250e2e111dc5e1434131bdf3d590c27a878ade"),
            nemotron("nemotron-fp8", "FP8", "7394488badb786e1decc0e00e308de1cab9560e6"),
            nemotron("nemotron-nvfp4", "NVFP4-QAD", "b8d3c170d9ee3a078917ef9bfd508eff988d6de7"),
        ]

        static let text = [
            Variant(
                name: "qwen_lm", repository: "Qwen/Qwen2.5-14B-Instruct", revision: "cf98f3b",
                script: "make_tiny_text_models.py", arguments: ["qwen2.5"]),
            Variant(
                name: "qwen3", repository: "Qwen/Qwen3-14B", revision: "f8c293d",
                script: "make_tiny_text_models.py", arguments: ["qwen3"]),
        ]

        init(name: String, repository: String, revision: String, script: String, arguments: [String] = []) {
            self.name = name
            self.repository = repository
            self.revision = revision
            self.script = script
            self.arguments = arguments
        }

        private static func nemotron(_ name: String, _ type: String, _ revision: String) -> Variant {
            Variant(
                name: name, repository: "nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-\(type)", revision: revision,
                script: "make_tiny_nemotron.py",
                arguments: ["--precision", type.split(separator: "-")[0].lowercased()])
        }

        /// The whole commit: the revision, made longer where it is shortened.
        var sha: String { revision.padding(toLength: 40, withPad: "0", startingAt: 0) }

        /// Makes the checkpoint.
        func make(in folder: URL) async throws {
            let root = Repository.root.path
            let environment = try await Command.run(
                "/bin/bash", ["\(root)/scripts/convert/environment.sh", "\(root)/.deps"])
            let lines = environment.output.split(separator: "\n").map(String.init)
            try #require(lines.count == 2, "\(environment.errors)")
            var flags = ["--checkpoint-only", folder.path] + arguments
            if script == "make_tiny_text_models.py" {
                flags = ["--llama", lines[1], "--checkpoint-only", arguments[0], folder.path]
            }
            let made = try await Command.run(
                lines[0], ["-B", "\(root)/Tests/ShotlistLlamaTests/Fixtures/\(script)"] + flags)
            try #require(made.status == 0, "\(made.errors)")
        }
    }

    private let folder: Folder

    init() throws {
        folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        // The environment that `make converter` made is found as a user's own would be.
        try FileManager.default.createDirectory(atPath: folder.path("cache"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("cache/shotlist"),
            withDestinationPath: Repository.root.appending(path: ".deps").path)
    }

    private func shotlist(_ arguments: [String], hub: TestHub) async throws -> Command.Outcome {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = arguments
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder.path("home"),
            "HF_ENDPOINT": hub.endpoint, "XDG_CACHE_HOME": folder.path("cache"),
            "SHOTLIST_CONVERT_PRE_TOKENIZER": "qwen2",
        ]
        return try await Command.finish(process)
    }

    private func hub(serving variant: Variant) async throws -> TestHub {
        let checkpoint = folder.url.appending(path: "checkpoint")
        try await variant.make(in: checkpoint)
        let hub = try await TestHub.start()
        hub.add(try TestRepository(variant.repository, sha: variant.sha, folder: checkpoint))
        return hub
    }

    private func window() throws -> [String: Any] {
        let name = try #require(folder.files().first { $0.hasPrefix("out/metas/v0/") })
        return try #require((try folder.json(name)["windows"] as? [[String: Any]])?.first)
    }

    @Test("a run captions", arguments: Variant.vision)
    func captions(_ variant: Variant) async throws {
        let hub = try await hub(serving: variant)
        // Named, since `auto` would look at this machine's memory and at what is published.
        let weights = variant.name == "nemotron-nvfp4" ? "nvfp4" : "bf16"
        let arguments = [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--model-dir",
            folder.path("models"), "--generate-captions", "--captioning-algorithm", variant.name,
            "--captioning-sampling-fps", "0.4", "--captioning-max-output-tokens", "8", "--limit-clips", "1",
            "--no-upload-clips", "--transcode-encoder", "copy",
            "--captioning-weights", weights,
        ]
        let first = try await shotlist(arguments, hub: hub)
        #expect(first.status == 0, "\(first.errors)")
        let window = try window()
        let caption = try #require(window["\(variant.name)_caption"] as? String, "\(window)")
        #expect(!caption.isEmpty)
        #expect(window["model_id"] as? String == variant.repository)
        #expect(window["model_revision"] as? String == variant.sha)
        #expect(window["model_precision"] as? String == weights)
        let asked = hub.requests.count
        #expect(asked > 0)

        let second = try await shotlist(arguments, hub: hub)
        #expect(second.status == 0, "\(second.errors)")
        #expect(hub.requests.count == asked)
        #expect(try self.window()["\(variant.name)_caption"] as? String == caption)

        // Eight tokens cut every answer off, so that each question is asked twice.
        let passes = [
            "--captioning-stage2-caption", "--captioning-stage2-prompt-text", "Better:", "--captioning-prompt",
            "people=Who can be seen?", "--captioning-use-mmcache", "--captioning-seed", "3",
            "--captioning-retry-flagged", "1",
        ]
        let third = try await shotlist(arguments + passes, hub: hub)
        #expect(third.status == 0, "\(third.errors)")
        let refined = try self.window()
        for key in ["caption", "stage1_caption", "caption_people"] {
            #expect((refined["\(variant.name)_\(key)"] as? String)?.isEmpty == false, "\(key): \(refined)")
        }
        // All of the video was there for the second pass.
        let vision = try #require(refined["vision_tokens"] as? Int)
        #expect(try #require(refined["reused_prompt_tokens"] as? Int) > vision)
        #expect(refined["attempts"] as? Int == 2, "\(refined)")
        #expect((refined["flags"] as? [String])?.contains("retried") == true, "\(refined)")
        #expect(try folder.json("out/summary.json")["encoded_blocks"] as? Int ?? 0 > 0)
    }

    @Test("a name alone takes what is published in GGUF, at the commit of the day, which the record keeps")
    func published() async throws {
        let fixtures = Repository.root.appending(path: "Tests/ShotlistLlamaTests/Fixtures")
        func file(_ name: String) throws -> Data { try Data(contentsOf: fixtures.appending(path: name)) }
        var files = ["mmproj-Qwen2.5-VL-7B-Instruct-f16.gguf": try file("tiny-mmproj-f32.gguf")]
        for precision in ["f16", "Q8_0", "Q4_K_M"] {
            files["Qwen2.5-VL-7B-Instruct-\(precision).gguf"] = try file("tiny-text-f32.gguf")
        }
        let repository = TestRepository("ggml-org/Qwen2.5-VL-7B-Instruct-GGUF", files: files)
        let hub = try await TestHub.start()
        hub.add(repository)
        let arguments = [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--model-dir",
            folder.path("models"), "--generate-captions", "--captioning-sampling-fps", "0.4",
            "--captioning-max-output-tokens", "8", "--limit-clips", "1", "--no-upload-clips", "--transcode-encoder",
            "copy", "--captioning-weights", "q8_0",
        ]
        let first = try await shotlist(arguments, hub: hub)
        #expect(first.status == 0, "\(first.errors)")
        let window = try window()
        #expect(window["qwen_caption"] is String)
        #expect(window["model_id"] as? String == repository.id)
        #expect(window["model_revision"] as? String == repository.sha)
        let asked = hub.requests.count
        #expect(try await shotlist(arguments, hub: hub).status == 0)
        #expect(hub.requests.count == asked)
    }

    @Test("a text model answers", arguments: Variant.text)
    func answers(_ variant: Variant) async throws {
        let hub = try await hub(serving: variant)
        let arguments = [
            "models", "try", variant.name, "Say something.", "--model-dir", folder.path("models"),
            "--max-output-tokens", "8", "--weights", "bf16",
        ]
        let first = try await shotlist(arguments, hub: hub)
        #expect(first.status == 0, "\(first.errors)")
        #expect(!first.output.isEmpty)
        let asked = hub.requests.count
        #expect(asked > 0)
        let second = try await shotlist(arguments, hub: hub)
        #expect(second.status == 0 && second.output == first.output, "\(second.errors)")

        let run = try await shotlist(
            [
                "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--model-dir",
                folder.path("models"), "--generate-captions", "--captioning-algorithm", "demo", "--limit-clips", "1",
                "--enhance-captions", "--enhance-captions-algorithm", variant.name, "--enhance-captions-weights",
                "bf16", "--enhance-captions-max-output-tokens", "8", "--no-upload-clips", "--transcode-encoder", "copy",
            ], hub: hub)
        #expect(run.status == 0, "\(run.errors)")
        let window = try window()
        #expect((window["\(variant.name)_enhanced_caption"] as? String)?.isEmpty == false, "\(window)")
        #expect((window["demo_caption"] as? String)?.isEmpty == false)
        #expect(hub.requests.count == asked)
    }
}
