import Foundation
import ShotlistCore
import ShotlistLlama
import ShotlistModels
import Testing

/// A checkpoint as the hub has it, made by `Fixtures/make_tiny_model.py`: the very model of the goldens.
private final class TinyCheckpoint {
    static let repository = HubRepository("tiny", "shotlist-tiny-qwen2.5-vl", revision: "abc1234")
    /// What `make converter` prepared.
    static let converter = LlamaConverter(
        preTokenizer: "qwen2", cacheFolder: Fixture.repository.appending(path: ".deps").path)

    let models = FileManager.default.temporaryDirectory.appending(path: "shotlist-convert-\(UUID())")
    var folder: URL { models.appending(path: Self.repository.id) }

    init() throws {
        try FileManager.default.createDirectory(
            at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: try Self.made.get(), to: folder)
    }

    /// The checkpoint, made once for its script and kept beside what was built: it takes some seconds of Python.
    private static let made = Result { () throws -> URL in
        let script = Fixture.path("make_tiny_model.py")
        let name = ContentHash.sha256(try Data(contentsOf: URL(filePath: script))).prefix(12)
        let place = Fixture.repository.appending(path: ".deps/tiny-checkpoints/qwen2.5-vl-\(name)")
        if FileManager.default.fileExists(atPath: place.path) { return place }
        let part = place.deletingLastPathComponent().appending(path: "part-\(UUID())")
        defer { try? FileManager.default.removeItem(at: part) }
        try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
        try make(script, in: part)
        try FileManager.default.moveItem(at: part, to: place)
        return place
    }

    private static func make(_ script: String, in folder: URL) throws {
        let environment = Process()
        let output = Pipe()
        environment.executableURL = URL(filePath: "/bin/bash")
        environment.arguments = [
            Fixture.repository.appending(path: "scripts/convert/environment.sh").path,
            Fixture.repository.appending(path: ".deps").path,
        ]
        environment.standardOutput = output
        try environment.run()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        environment.waitUntilExit()
        let python = try #require(lines.split(separator: "\n").first, "run `make converter` first")
        let maker = Process()
        maker.executableURL = URL(filePath: String(python))
        maker.arguments = ["-B", script, "--checkpoint-only", folder.path]
        (maker.standardOutput, maker.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try maker.run()
        maker.waitUntilExit()
        try #require(maker.terminationStatus == 0)
    }

    deinit { try? FileManager.default.removeItem(at: models) }

    var spec: ModelSpec {
        ModelSpec(
            name: "tiny", kind: .vision, architecture: .qwen25VL,
            source: .hub(Self.repository, files: ["*.safetensors", "*.json"]), sampling: .greedy, licence: "none",
            parameters: .init(text: 150_000, vision: 320_000))
    }

    func provider(
        converter: LlamaConverter = TinyCheckpoint.converter,
        onEvent: @escaping PreparationEvent.Handler = { _ in }
    ) -> ModelProvider {
        ModelProvider(
            modelDir: models.path, source: FolderCheckpoints(modelDir: models.path), converter: converter,
            chooser: WeightChooser(availableMemory: { .max }),
            quantize: { source, destination, precision, onProgress in
                let precision = try #require(GGUFQuantizer.Precision(rawValue: precision.rawValue))
                try await GGUFQuantizer(threads: 1).quantize(
                    source, to: destination, as: precision, onProgress: onProgress)
            }, onEvent: onEvent)
    }
}

/// llama.cpp's own converter on a checkpoint in the hub's format.
@Suite("A checkpoint becomes files that the engine loads", .serialized)
struct ConversionTests {
    @Test("in 32 bits, the very bytes of the fixtures, which the converter made by hand")
    func bytes() async throws {
        let tiny = try TinyCheckpoint()
        for (name, isProjector) in [("tiny-text-f32.gguf", false), ("tiny-mmproj-f32.gguf", true)] {
            let output = tiny.models.appending(path: "out.gguf")
            try await TinyCheckpoint.converter.convert(
                Conversion(
                    checkpoint: tiny.folder.path, output: output.path, type: .f32, isProjector: isProjector),
                onEvent: { _ in })
            let same = try Data(contentsOf: output) == Data(contentsOf: Fixture.url(name))
            #expect(same, "\(name)")
        }
    }

    @Test("from its name to captions: converted, then quantised, and the engine answers nearly as transformers does")
    func prepared() async throws {
        let tiny = try TinyCheckpoint()
        let golden = Goldens.all.windows[0]
        // The tiny weights are numbers of 16 bits in the shorter range. Rounded to bfloat16, 1 in 256, its logits move by
        // less than those of eight bits do.
        for (precision, tolerance) in [(WeightPrecision.f16, Float(0.05)), (.bf16, 0.3), (.q8_0, 0.3)] {
            let files = try await tiny.provider().files(of: tiny.spec, weights: .exactly(precision))
            #expect(files.modelID == TinyCheckpoint.repository.id)
            #expect(files.revision == "abc1234")
            let session = try CaptionSession(
                options: LlamaOptions(modelPath: files.text, projectorPath: files.visionProjector(), threads: 1))
            let off = distance(try session.lastLogits(of: Tiny.prompt(golden, in: session)), golden.logits)
            #expect(off < tolerance, "\(precision)")
        }
        let names = try FileManager.default.contentsOfDirectory(
            atPath: PreparedPaths(modelDir: tiny.models.path, repository: TinyCheckpoint.repository).folder)
        #expect(
            Set(names) == [
                ".lock", "f16.gguf", "f16.json", "bf16.gguf", "bf16.json", "q8_0.gguf", "q8_0.json",
                "mmproj-f16.gguf", "mmproj-f16.json",
            ])
    }

    @Test("what the converter cannot do is a sentence, and leaves nothing")
    func refused() async throws {
        let tiny = try TinyCheckpoint()
        let unknown = await #expect(throws: ShotlistError.self) {
            try await tiny.provider(
                converter: LlamaConverter(cacheFolder: Fixture.repository.appending(path: ".deps").path)
            ).files(of: tiny.spec, weights: .exactly(.bf16))
        }
        #expect(unknown?.message.contains("is none that llama.cpp knows") == true, "\(unknown?.message ?? "")")
        let config = tiny.folder.appending(path: "config.json")
        let text = try String(contentsOf: config, encoding: .utf8)
        try Data(text.replacingOccurrences(of: "Qwen2_5_VLForConditionalGeneration", with: "AbacusForCounting").utf8)
            .write(to: config)
        let other = await #expect(throws: ShotlistError.self) {
            try await tiny.provider().files(of: tiny.spec, weights: .exactly(.bf16))
        }
        #expect(other?.code == .modelMismatch, "\(other?.message ?? "")")
        #expect(other?.message.contains(tiny.folder.path) == true)
        let made = try FileManager.default.contentsOfDirectory(atPath: tiny.folder.appending(path: "gguf").path)
        // The projector of the first try was whole.
        #expect(Set(made).isSubset(of: [".lock", "mmproj-f16.gguf", "mmproj-f16.json"]))
    }

    @Test("no code of a checkpoint is run, and what it names in its place is not looked for")
    func hostile() async throws {
        let tiny = try TinyCheckpoint()
        let mark = tiny.models.appending(path: "was-run").path
        let code = "open(\(String(reflecting: mark)), 'w').close()\nclass Tokenizer: pass\nclass Config: pass\n"
        try Data(code.utf8).write(to: tiny.folder.appending(path: "hostile.py"))
        for (name, map) in [
            ("tokenizer_config.json", #"{"AutoTokenizer": ["hostile.Tokenizer", "hostile.Tokenizer"]}"#),
            ("config.json", #"{"AutoConfig": "hostile.Config", "AutoTokenizer": ["hostile.Tokenizer", null]}"#),
        ] {
            let path = tiny.folder.appending(path: name)
            let text = try String(contentsOf: path, encoding: .utf8)
            let brace = try #require(text.firstIndex(of: "{"))
            let changed = text[...brace] + "\"auto_map\": \(map)," + text[text.index(after: brace)...]
            try Data(changed.utf8).write(to: path)
        }
        let files = try await tiny.provider().files(of: tiny.spec, weights: .exactly(.bf16))
        #expect(FileManager.default.fileExists(atPath: files.text))
        #expect(!FileManager.default.fileExists(atPath: mark))
    }

    @Test("a cancelled conversion ends and leaves nothing")
    func cancelled() async throws {
        let tiny = try TinyCheckpoint()
        let gguf = tiny.folder.appending(path: "gguf")
        // The converter has begun to write the projector when it says how far it is.
        let (begun, report) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (provider, spec) = (
            tiny.provider { if case .progress(.projector, _, _) = $0 { report.yield() } }, tiny.spec
        )
        let task = Task { try await provider.files(of: spec, weights: .exactly(.bf16)) }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: gguf.path) == [".lock"])
    }
}
