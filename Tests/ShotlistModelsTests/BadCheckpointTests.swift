import Foundation
import ShotlistCore
import ShotlistModels
import Testing

@Suite("A checkpoint that is not whole is one sentence, before anything is converted")
struct BadCheckpointTests {
    private let folder = ModelFolder()
    private let workshop = Workshop()

    init() throws {
        try folder.writeCheckpoint()
    }

    private func failure(modelDir: String? = nil) async -> ShotlistError? {
        let error = await #expect(throws: ShotlistError.self) {
            try await workshop.provider(folder, modelDir: modelDir).files(
                of: folder.spec(), weights: .exactly(.bf16))
        }
        #expect(workshop.requests.isEmpty)
        #expect(error?.remedy.isEmpty == false)
        return error
    }

    @Test("a shard that the index names is missing")
    func missingShard() async throws {
        try FileManager.default.removeItem(at: folder.checkpoint.appending(path: "model-2.safetensors"))
        let error = await failure()
        #expect(error?.code == .modelMissing)
        #expect(
            error?.message
                == "The checkpoint '\(folder.checkpoint.path)' is not whole: 'model-2.safetensors' is missing, "
                + "1 of 2 files.")
    }

    @Test("a shard is cut short, in its weights and in its header", arguments: [1, 30, 1000])
    func truncatedShard(bytes: Int) async throws {
        try folder.truncate("model-1.safetensors", by: bytes)
        let error = await failure()
        #expect(error?.code == .modelInvalid)
        #expect(
            error?.message.hasPrefix(
                "The checkpoint's file '\(folder.checkpoint.path)/model-1.safetensors' is truncated or damaged: ")
                == true)
    }

    @Test(
        "a header that lies about its length",
        arguments: [[UInt8](repeating: 255, count: 8), [0, 0, 0, 0, 0, 0, 0, 0], [255, 255, 255, 5, 0, 0, 0, 0]])
    func lyingHeader(length: [UInt8]) async throws {
        let file = folder.checkpoint.appending(path: "model-1.safetensors")
        try (Data(length) + Data(contentsOf: file).dropFirst(8)).write(to: file)
        #expect(await failure()?.code == .modelInvalid)
    }

    @Test(
        "offsets that no file can have",
        arguments: ["0, 9223372036854775807", "-5, 4", "8, 4", "0, 1e300"])
    func offsets(range: String) async throws {
        let header = Data("{\"a\": {\"dtype\": \"BF16\", \"shape\": [2, 4], \"data_offsets\": [\(range)]}}".utf8)
        let length = Data((0..<8).map { UInt8(header.count >> ($0 * 8) & 255) })
        try (length + header + Data(count: 64)).write(to: folder.checkpoint.appending(path: "model-2.safetensors"))
        #expect(await failure()?.code == .modelInvalid)
    }

    @Test("a token with a number that none has", arguments: ["9223372036854775807", "-1"])
    func tokenNumber(number: String) async throws {
        try folder.write("{\"model\": {\"vocab\": {\"a\": \(number)}}}", "tokenizer.json")
        #expect(await failure()?.code == .modelInvalid)
    }

    @Test("a tokenizer of another model", arguments: [(32, 33), (32, 15), (100_000, 300)])
    func tokenizer(rows: Int, tokens: Int) async throws {
        try folder.writeCheckpoint(rows: rows, tokens: tokens)
        let error = await failure()
        #expect(error?.code == .modelMismatch)
        #expect(
            error?.message.contains("has \(tokens) tokens and the weights have \(rows) rows") == true,
            "\(error?.message ?? "")")
    }

    @Test(
        "a file that conversion needs is missing or no JSON",
        arguments: ["config.json", "tokenizer.json", "model.safetensors.index.json"])
    func files(name: String) async throws {
        try folder.write("{\"weight_map\": [", name)
        let damaged = await failure()
        #expect(damaged?.code == .modelInvalid)
        #expect(damaged?.message.contains("'\(name)'") == true)
        if name.hasPrefix("model") { return }
        try FileManager.default.removeItem(at: folder.checkpoint.appending(path: name))
        #expect(await failure()?.code == .modelMissing)
    }

    @Test("a folder of models that cannot be written")
    func unwritable() async throws {
        try folder.write("a file", "blocked")
        let error = await failure(modelDir: folder.checkpoint.appending(path: "blocked").path)
        #expect(error?.code == .writeFailed)
        #expect(error?.message.contains("blocked/acme/tiny/gguf' cannot be written") == true)
        #expect(error?.remedy.contains("--model-dir") == true)
    }

    @Test("no checkpoint at all")
    func none() async throws {
        try FileManager.default.removeItem(at: folder.checkpoint)
        #expect(await failure()?.code == .modelMissing)
    }
}
