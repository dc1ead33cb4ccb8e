import Foundation
import ShotlistCore
import ShotlistModels
import Testing

@Suite("A model of one's own, as a YAML file")
struct ModelFileTests {
    @Test("the example of docs/models.md is read as it says")
    func example() throws {
        let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/models.md")
        let text = try String(contentsOf: docs, encoding: .utf8)
        let start = try #require(text.range(of: "```yaml\n")).upperBound
        let end = try #require(text.range(of: "```", range: start..<text.endIndex)).lowerBound
        let spec = try read(String(text[start..<end]))
        #expect(spec.name == "street-qwen" && spec.aliases == ["street"])
        #expect(spec.kind == .vision && spec.architecture == .qwen25VL)
        #expect(
            spec.source
                == .hub(
                    HubRepository("example", "Street-Qwen2.5-VL-7B", revision: "1234567"),
                    files: ["*.safetensors", "*.json", "*.jinja", "*.txt"]))
        #expect(spec.published?.text == [.q4KM: "street-Q4_K_M.gguf", .q8_0: "street-Q8_0.gguf"])
        #expect(spec.published?.projector == "mmproj-street-f16.gguf")
        #expect(spec.sampling.temperature == 0.2 && spec.sampling.stops == ["</answer>"])
        #expect(spec.parameters == .init(text: 7_615_616_512, vision: 676_550_144))
        guard case .smart(let plan) = spec.frameSizing else {
            Issue.record("\(String(describing: spec.frameSizing))")
            return
        }
        #expect(plan.factor == 28 && plan.minimumPixels == 100_352 && plan.maximumPixels == 301_056)
    }

    @Test("what is left out is what the architecture has")
    func defaults() throws {
        let spec = try read(Self.smallest)
        let qwen = try ModelRegistry.standard.model("qwen", kind: .vision)
        #expect(spec.frameSizing == qwen.frameSizing && spec.sampling == qwen.sampling)
        #expect(spec.licence == "unknown" && spec.stored == .bf16)
        #expect(try read(Self.smallest + "stored: fp8\n").stored == .fp8)
        guard case .hub(let repository, let files) = spec.source else {
            Issue.record("\(spec.source)")
            return
        }
        #expect(repository == HubRepository("me", "mine", revision: "main"))
        #expect(files.contains("*.safetensors"))
        var registry = ModelRegistry.standard
        registry.add(spec)
        #expect(try registry.variant("mine").name == "mine")
    }

    @Test("a commit of digits only is a text, and a wheel's file can be a model")
    func otherShapes() throws {
        let numbers = try read(Self.smallest.replacing("me/mine}", with: "me/mine, revision: 1234567}"))
        guard case .hub(let repository, _) = numbers.source else {
            Issue.record("\(numbers.source)")
            return
        }
        #expect(repository.revision == "1234567")
        let sha256 = String(repeating: "ab", count: 32)
        let wheel = try read(
            """
            {name: w, kind: text, architecture: smollm2, parameters: {text: 5},
             source: {wheel: {package: p, version: 1.0, sha256: \(sha256), file: a/b.gguf}}}
            """)
        #expect(
            wheel.source == .wheel(PythonWheel(package: "p", version: "1.0", sha256: sha256, file: "a/b.gguf")))
        let tiles = try read(Self.smallest + "frames: {width: 512, height: 256}\n")
        #expect(tiles.frameSizing == .stretched(PixelSize(width: 512, height: 256)))
    }

    @Test("a Qwen3-VL has bounds for a window's frames together, and may have bounds for each")
    func volume() throws {
        let file = Self.smallest.replacing("architecture: qwen2.5-vl", with: "architecture: qwen3-vl")
        #expect(try read(file).frameSizing == .volume(VolumeResizePlan()))
        let bounded = try read(file + "frames: {max_pixels: 262144, total_pixels: 8388608}\n")
        #expect(bounded.frameSizing == .volume(try VolumeResizePlan(maximumVolume: 8_388_608, maximumPixels: 262_144)))
        let qwen3 = try ModelRegistry.standard.model("qwen3", kind: .vision)
        #expect(try read(file).frameSizing == qwen3.frameSizing)
    }

    @Test(
        "a mistake is named with its file, line and key",
        arguments: [
            ("kind: vision", "kind: video", "line 2: 'kind' must be one of vision, text."),
            ("architecture: qwen2.5-vl", "architecture: qwen3", "'architecture' must be"),
            ("architecture: qwen2.5-vl", "architektur: qwen2.5-vl", "line 3: 'architektur' is not a key"),
            ("name: mine", "name: ../mine", "line 1: 'name' must be"),
            ("name: mine", "alias: mine", "'alias' is not a key"),
            ("me/mine", "mine", "line 4: 'source.hub.repository' must be owner/name."),
            ("text: 10", "text: ten", "'parameters.text' must be a whole number above 0."),
            (", vision: 5", "", "'parameters.vision' is missing."),
            ("text: 10", "text: 9223372036854775807", "'parameters.text' must be a whole number above 0"),
            ("text: 10", "text: 1:1:1:1:1:1:1:1:1:1:1:1:1:1", "'parameters.text' must be a whole number above 0"),
            ("name: mine", "sampling: {seed: 1:30}\nname: mine", "'sampling.seed' must be a number"),
            (
                "name: mine", "frames: {factor: 4294967296}\nname: mine",
                "'frames.factor' must be a whole number above 0 and at"
            ),
            ("name: mine", "frames: {width: 99999, height: 2}\nname: mine", "'frames.width' must be"),
            ("me/mine}", "me/mine, file: [a]}", "'source.hub.file' is not a key"),
            ("name: mine", "name: [", "is not YAML"),
            ("name: mine", "sampling: {top_p: 2}\nname: mine", "sampling.top_p"),
        ])
    func mistakes(part: String, mistake: String, said: String) throws {
        let error = #expect(throws: ShotlistError.self) { try read(Self.smallest.replacing(part, with: mistake)) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("/model.yaml'") == true)
        if mistake.contains("architektur") {
            #expect(error?.remedy.hasPrefix("Did you mean 'architecture'?") == true)
        }
    }

    @Test func missingFile() throws {
        let error = #expect(throws: ShotlistError.self) { try ModelFile.read("/nowhere/model.yaml") }
        #expect(error?.code == .unreadable)
    }

    private static let smallest = """
        name: mine
        kind: vision
        architecture: qwen2.5-vl
        source: {hub: {repository: me/mine}}
        parameters: {text: 10, vision: 5}

        """

    private func read(_ text: String) throws -> ModelSpec {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-model-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "model.yaml")
        try Data(text.utf8).write(to: file)
        return try ModelFile.read(file.path)
    }
}
