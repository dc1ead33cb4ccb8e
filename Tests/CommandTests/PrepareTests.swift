import Foundation
import TestHub
import Testing

/// A folder of models with tiny files under the names of real ones.
private func publishedQwen(in folder: Folder) throws {
    let fixtures = Repository.root.appending(path: "Tests/ShotlistLlamaTests/Fixtures")
    let place = folder.url.appending(path: "models/ggml-org/Qwen2.5-VL-7B-Instruct-GGUF")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (source, name) in [
        ("tiny-text-f32.gguf", "Qwen2.5-VL-7B-Instruct-Q8_0.gguf"),
        ("tiny-text-f32.gguf", "Qwen2.5-VL-7B-Instruct-Q4_K_M.gguf"),
        ("tiny-mmproj-f32.gguf", "mmproj-Qwen2.5-VL-7B-Instruct-f16.gguf"),
    ] {
        try FileManager.default.copyItem(
            at: fixtures.appending(path: source), to: place.appending(path: name))
    }
}

/// Runs `shotlist` without a way to the hub: what is not here cannot be had.
private func command(
    _ arguments: [String], in folder: Folder, environment: [String: String] = ["HF_HUB_OFFLINE": "1"]
) async throws -> Command.Outcome {
    let process = Process()
    process.executableURL = URL(filePath: Command.path)
    process.arguments = arguments
    process.environment = [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder.path("home"),
    ].merging(environment) { $1 }
    return try await Command.finish(process)
}

@Suite("From a model's name to captions")
struct PrepareTests {
    private func run(_ folder: Folder, _ flags: [String]) async throws -> Command.Outcome {
        let arguments = [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--model-dir",
            folder.path("models"), "--generate-captions", "--captioning-algorithm", "qwen", "--captioning-max-pixels",
            "100352", "--captioning-max-output-tokens", "4", "--limit-clips", "1", "--no-upload-clips",
        ]
        return try await command(arguments + flags, in: folder)
    }

    private func window(_ folder: Folder) throws -> [String: Any] {
        let name = try #require(folder.files().first { $0.hasPrefix("out/metas/v0/") })
        let windows = try folder.json(name)["windows"] as? [[String: Any]]
        return try #require(windows?.first)
    }

    @Test("fp8 takes 8-bit weights, says so, and the record says which model answered in which weights")
    func fp8() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try publishedQwen(in: folder)
        let run = try await run(folder, ["--captioning-use-fp8-weights"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("8-bit weights of qwen: q8_0"), "\(run.errors)")
        let window = try window(folder)
        #expect(window["model_id"] as? String == "ggml-org/Qwen2.5-VL-7B-Instruct-GGUF")
        #expect(window["model_revision"] as? String == "main")
        #expect(window["model_precision"] as? String == "q8_0")
        #expect(window["qwen_caption"] is String)
    }

    @Test("weights that are named are taken; what is not there is a sentence")
    func named() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try publishedQwen(in: folder)
        #expect(try await run(folder, ["--captioning-weights", "q4_k_m"]).status == 0)
        #expect(try window(folder)["model_precision"] as? String == "q4_k_m")
        let missing = try await run(folder, ["--captioning-weights", "bf16"])
        #expect(missing.status == 1)
        #expect(missing.errors.contains(folder.path("models/Qwen/Qwen2.5-VL-7B-Instruct")), "\(missing.errors)")
        #expect(missing.errors.contains("HF_HUB_OFFLINE"))
    }

    @Test(
        "weights that cannot be meant",
        arguments: [
            (["--captioning-weights", "q5"], "no weights 'q5'"),
            (["--captioning-weights", "nvfp4"], "'qwen' is not to be had as nvfp4"),
            (["--captioning-weights", "bf16", "--captioning-use-fp8-weights"], "asks for 8 bits"),
            (
                [
                    "--captioning-weights", "q8_0", "--captioning-model-path", "a.gguf", "--captioning-projector-path",
                    "b.gguf",
                ], "given by path is used as it is"
            ),
            (["--captioning-algorithm", "demo", "--captioning-use-fp8-weights"], "'demo' is not to be had as 8 bits"),
        ])
    func refused(flags: [String], sentence: String) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let run = try await run(folder, flags)
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.errors.contains(sentence), "\(run.errors)")
    }

    @Test("models prepare prints what it made, and knows names")
    func prepare() async throws {
        let folder = try Folder()
        try publishedQwen(in: folder)
        func prepare(_ arguments: String...) async throws -> Command.Outcome {
            try await command(["models", "prepare"] + arguments + ["--model-dir", folder.path("models")], in: folder)
        }
        let qwen = try await prepare("qwen", "--weights", "q8_0")
        #expect(qwen.status == 0, "\(qwen.errors)")
        #expect(qwen.output.contains("weights    q8_0"))
        #expect(qwen.output.contains("Qwen2.5-VL-7B-Instruct-Q8_0.gguf"))
        let demo = try await prepare("demo")
        #expect(demo.status == 0)
        #expect(demo.output.contains("demo-text-f16.gguf"))
        let unknown = try await prepare("gwen")
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("Did you mean 'qwen'"))
        let text = try await prepare("text/qwen", "--weights", "bf16")
        #expect(text.status == 1)
        #expect(text.errors.contains("Qwen/Qwen2.5-14B-Instruct"), "\(text.errors)")
    }

    /// The tiny checkpoint of the hub's format that the tests of conversion use, too.
    private func tinyCheckpoint(in folder: Folder) async throws -> URL {
        let environment = try await Command.run(
            "/bin/bash",
            [
                Repository.root.appending(path: "scripts/convert/environment.sh").path,
                Repository.root.appending(path: ".deps").path,
            ])
        let python = try #require(environment.output.split(separator: "\n").first, "run `make converter` first")
        let checkpoint = folder.url.appending(path: "checkpoint")
        let made = try await Command.run(
            String(python),
            [
                "-B", Repository.root.appending(path: "Tests/ShotlistLlamaTests/Fixtures/make_tiny_model.py").path,
                "--checkpoint-only", checkpoint.path,
            ])
        try #require(made.status == 0, "\(made.errors)")
        return checkpoint
    }

    @Test("a model that is not here is fetched, converted and captions; the second time no server is asked")
    func fromNothing() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let repository = try TestRepository(
            "Acme/Tiny-VL", sha: "0123456789abcdef0123456789abcdef01234567",
            folder: try await tinyCheckpoint(in: folder))
        let hub = try await TestHub.start()
        hub.add(repository)
        let file = try folder.write(
            """
            name: tiny
            kind: vision
            architecture: qwen2.5-vl
            source: {hub: {repository: Acme/Tiny-VL, revision: "0123456", files: ["*.safetensors", "*.json"]}}
            parameters: {text: 150000, vision: 320000}
            """, "tiny.yaml")
        // The environment that `make converter` made is found as a user's own would be.
        try FileManager.default.createDirectory(
            atPath: folder.path("cache"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("cache/shotlist"),
            withDestinationPath: Repository.root.appending(path: ".deps").path)
        let arguments = [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--model-dir",
            folder.path("models"), "--generate-captions", "--captioning-algorithm", "tiny", "--model-file", file,
            "--captioning-max-pixels", "100352", "--captioning-max-output-tokens", "4", "--limit-clips", "1",
            "--no-upload-clips", "--captioning-weights", "q8_0",
        ]
        func run() async throws -> Command.Outcome {
            try await command(
                arguments, in: folder,
                environment: [
                    "HF_ENDPOINT": hub.endpoint, "XDG_CACHE_HOME": folder.path("cache"),
                    "SHOTLIST_CONVERT_PRE_TOKENIZER": "qwen2",
                ])
        }
        let first = try await run()
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("tiny: converting the text model"), "\(first.errors)")
        let window = try window(folder)
        #expect(window["tiny_caption"] is String)
        #expect(window["model_id"] as? String == "Acme/Tiny-VL")
        #expect(window["model_revision"] as? String == repository.sha)
        #expect(window["model_precision"] as? String == "q8_0")
        let asked = hub.requests.count
        #expect(asked > 0)
        let second = try await run()
        #expect(second.status == 0, "\(second.errors)")
        #expect(!second.errors.contains("converting"), "\(second.errors)")
        #expect(hub.requests.count == asked)
        #expect(try self.window(folder)["tiny_caption"] as? String == window["tiny_caption"] as? String)
    }
}

/// A checkpoint that looks whole, on machines that lack what conversion needs.
@Suite("What conversion needs and is not there")
struct ConversionNeedsTests {
    private let folder: Folder
    private let tools: String

    init() throws {
        folder = try Folder()
        tools = folder.path("bin")
        try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
        for tool in ["bash", "sha256sum", "cut", "realpath", "dirname", "mkdir", "flock", "rm", "mv", "cat"] {
            let places = ["/usr/bin/\(tool)", "/bin/\(tool)"]
            let place = try #require(places.first { FileManager.default.fileExists(atPath: $0) })
            try FileManager.default.createSymbolicLink(atPath: "\(tools)/\(tool)", withDestinationPath: place)
        }
        let checkpoint = "models/Qwen/Qwen3-VL-8B-Instruct"
        try folder.write("{}", "\(checkpoint)/config.json")
        try folder.write(#"{"model": {"vocab": {"a": 0}}}"#, "\(checkpoint)/tokenizer.json")
        let header = #"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#
        try folder.write(
            "\(Character(UnicodeScalar(UInt8(header.utf8.count))))\0\0\0\0\0\0\0\(header)\0\0\0\0",
            "\(checkpoint)/model.safetensors")
    }

    private func prepare(_ environment: [String: String] = [:]) async throws -> Command.Outcome {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = [
            "models", "prepare", "qwen3", "--weights", "bf16", "--model-dir", folder.path("models"),
        ]
        process.environment = [
            "PATH": tools, "XDG_CACHE_HOME": folder.path("cache"), "HOME": folder.path("home"), "HF_HUB_OFFLINE": "1",
        ].merging(environment) { $1 }
        return try await Command.finish(process)
    }

    private func put(_ script: String, _ tool: String) throws {
        let path = try folder.write("#!/bin/bash\n\(script)\n", "bin/\(tool)")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    @Test("no Python")
    func python() async throws {
        let run = try await prepare()
        #expect(run.status == 64)
        #expect(run.errors.contains("could not be made: there is no python3."), "\(run.errors)")
        #expect(run.errors.contains("SHOTLIST_CONVERT_PYTHON"))
    }

    @Test("a Python without venv")
    func venv() async throws {
        try put("exit 1", "python3")
        let run = try await prepare()
        #expect(run.errors.contains("python3 has no venv."), "\(run.errors)")
        #expect(run.errors.contains("python3-venv"))
    }

    @Test("no network, and nothing half-made is left")
    func network() async throws {
        let fake =
            "mkdir -p \"$3/bin\"; printf '#!/bin/bash\\nexit 1\\n' >\"$3/bin/python\"; chmod 755 \"$3/bin/python\""
        try FileManager.default.createSymbolicLink(
            atPath: "\(tools)/chmod", withDestinationPath: "/bin/chmod")
        try put("[ \"$1\" != -m ] || { \(fake); }", "python3")
        let run = try await prepare()
        #expect(run.errors.contains("pip could not install the packages"), "\(run.errors)")
        #expect(run.errors.contains("Check the network"))
        let left = folder.files().filter { $0.hasPrefix("cache/shotlist/convert-") && !$0.contains(".part/") }
        #expect(left.isEmpty, "\(left)")
    }

    @Test("a Python that is named and is none, and a cache folder that cannot be written")
    func named() async throws {
        let run = try await prepare(["SHOTLIST_CONVERT_PYTHON": folder.path("no-python")])
        #expect(run.errors.contains("SHOTLIST_CONVERT_PYTHON is \(folder.path("no-python"))"), "\(run.errors)")
        let file = try folder.write("a file", "blocked")
        let blocked = try await prepare(["XDG_CACHE_HOME": file])
        #expect(blocked.errors.contains("blocked/shotlist cannot be made"), "\(blocked.errors)")
        #expect(blocked.errors.contains("XDG_CACHE_HOME"))
    }
}
