import Foundation
import ShotlistCore
import ShotlistLlama
import Testing

/// Files that are not a Qwen2.5-VL model and its projector: each is one sentence that names the file and the remedy.
@Suite("Bad model files")
struct BadFileTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func failure(
        model: String = Tiny.options.modelPath, projector: String = Tiny.options.projectorPath,
        change: (inout LlamaOptions) -> Void = { _ in }
    ) throws -> ShotlistError {
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = Tiny.options
        options.modelPath = model
        options.projectorPath = projector
        change(&options)
        do {
            _ = try CaptionSession(options: options)
        } catch let error as ShotlistError {
            #expect(!error.remedy.isEmpty)
            #expect(error.message.hasSuffix("."))
            return error
        }
        throw Unexpected.success
    }

    private enum Unexpected: Error { case success }

    private func copy(of path: String, bytes: Int) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(data.count > bytes)
        let copy = folder.appending(path: "short.gguf")
        try data.prefix(bytes).write(to: copy)
        return copy.path
    }

    @Test("A missing file")
    func missing() throws {
        let model = try failure(model: "nowhere/model.gguf")
        #expect(model.code == .modelMissing)
        #expect(model.message.contains("text model 'nowhere/model.gguf'"))
        let projector = try failure(projector: "nowhere/mmproj.gguf")
        #expect(projector.code == .modelMissing)
        #expect(projector.message.contains("projector 'nowhere/mmproj.gguf'"))
    }

    @Test("A folder, an empty file, and a file that is no GGUF")
    func noGGUF() throws {
        #expect(try failure(model: Fixture.folder.path).message.contains("is a folder"))
        let script = Fixture.path("make_tiny_model.py")
        let error = try failure(model: script)
        #expect(error.code == .modelInvalid)
        #expect(error.message == "The text model '\(script)' is not a GGUF file.")
        #expect(try failure(projector: script).message.contains("is not a GGUF file"))
    }

    @Test("An empty file")
    func empty() throws {
        let path = folder.appending(path: "empty.gguf")
        try Data().write(to: path)
        #expect(try failure(projector: path.path).message.contains("is not a GGUF file"))
    }

    @Test("A truncated file, in its weights and in its header", arguments: [300_000, 2000, 10])
    func truncated(bytes: Int) throws {
        let short = try copy(of: Tiny.options.modelPath, bytes: bytes)
        let error = try failure(model: short)
        #expect(error.code == .modelInvalid)
        #expect(error.message.contains("'\(short)' is truncated or damaged"))
    }

    @Test("A truncated projector")
    func truncatedProjector() throws {
        let short = try copy(of: Tiny.options.projectorPath, bytes: 400_000)
        #expect(try failure(projector: short).message.contains("'\(short)' is truncated or damaged"))
    }

    @Test("A model of another architecture", arguments: ["ggml-vocab-gpt-2.gguf", "ggml-vocab-qwen2.gguf"])
    func otherArchitecture(name: String) throws {
        let path = try Fixture.vocabulary(name)
        let error = try failure(model: path)
        #expect(error.code == .modelMismatch)
        #expect(error.message.contains(path))
        #expect(error.remedy.contains("qwen2vl"))
        #expect(try failure(projector: path).message.contains("not a projector"))
    }

    @Test("The two files exchanged")
    func exchanged() throws {
        let error = try failure(model: Tiny.options.projectorPath, projector: Tiny.options.modelPath)
        #expect(error.code == .modelMismatch)
        #expect(error.message.contains("is a projector"))
        #expect(error.remedy.contains("Exchange"))
    }

    @Test("A text model in place of the projector")
    func textAsProjector() throws {
        let error = try failure(projector: Tiny.options.modelPath)
        #expect(error.code == .modelMismatch)
        #expect(error.message.contains("not a projector"))
    }

    @Test("The projector of another model of the same family")
    func otherWidth() throws {
        let error = try failure(projector: DemoFiles.projector)
        #expect(error.code == .modelMismatch)
        #expect(error.message.contains("takes width 64"))
    }

    @Test("A device that is not there, and numbers that cannot be")
    func options() throws {
        let device = try failure { $0.device = "Abacus9" }
        #expect(device.code == .unknownDevice)
        #expect(device.message.contains("Abacus9"))
        #expect(device.remedy.contains("CPU"))
        #expect(try failure { $0.threads = 0 }.code == .invalidArgument)
        #expect(try failure { $0.gpuLayers = -1 }.code == .invalidArgument)
    }
}
