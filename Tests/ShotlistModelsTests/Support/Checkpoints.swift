import Foundation
import ShotlistCore
import ShotlistModels
import Synchronization
import Testing

/// A folder of models of a test's own, with a checkpoint in it that has every part and no sense.
final class ModelFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "shotlist-models-\(UUID().uuidString)")
    let repository = HubRepository("acme", "tiny", revision: "1234567")

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The folder of the checkpoint.
    var checkpoint: URL { url.appending(path: "acme/tiny") }
    /// The folder of what is made of it.
    var made: URL { checkpoint.appending(path: "gguf") }

    /// A vision model whose checkpoint this is.
    func spec(stored: StoredWeights = .bf16, kind: ModelSpec.Kind = .vision) -> ModelSpec {
        ModelSpec(
            name: "tiny", kind: kind, architecture: .qwen25VL,
            source: .hub(repository, files: ["*.safetensors", "*.json"]), stored: stored, sampling: .greedy,
            licence: "none", parameters: .init(text: 1000, vision: 100))
    }

    /// Writes a checkpoint of two shards.
    ///
    /// - Parameters:
    ///   - rows: rows of the embedding.
    ///   - tokens: tokens of the tokenizer.
    func writeCheckpoint(rows: Int = 32, tokens: Int = 30) throws {
        try FileManager.default.createDirectory(at: checkpoint, withIntermediateDirectories: true)
        // Python's JSON may hold what JSON does not, as Nemotron's configuration does.
        try write(#"{"architectures": ["Tiny"], "time_step_limit": [0.0, Infinity]}"#, "config.json")
        let names = (0..<tokens - 1).map { "\"t\($0)\": \($0)" }.joined(separator: ", ")
        try write(
            "{\"model\": {\"vocab\": {\(names)}}, \"added_tokens\": [{\"id\": \(tokens - 1), \"content\": \"<s>\"}]}",
            "tokenizer.json")
        try write(
            #"{"weight_map": {"model.embed_tokens.weight": "model-1.safetensors", "a": "model-2.safetensors"}}"#,
            "model.safetensors.index.json")
        try writeShard("model-1.safetensors", tensor: "model.embed_tokens.weight", rows: rows)
        try writeShard("model-2.safetensors", tensor: "a", rows: 2)
    }

    /// Writes a file of the checkpoint.
    func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: checkpoint.appending(path: name))
    }

    /// Cuts the end off a file of the checkpoint.
    func truncate(_ name: String, by bytes: Int) throws {
        let file = checkpoint.appending(path: name)
        try Data(contentsOf: file).dropLast(bytes).write(to: file)
    }

    private func writeShard(_ name: String, tensor: String, rows: Int) throws {
        let header = Data(
            "{\"\(tensor)\": {\"dtype\": \"BF16\", \"shape\": [\(rows), 4], \"data_offsets\": [0, \(rows * 8)]}}".utf8)
        var file = Data((0..<8).map { UInt8(header.count >> ($0 * 8) & 255) })
        file += header + Data(count: rows * 8)
        try file.write(to: checkpoint.appending(path: name))
    }

    /// Names of what was made, hidden ones included, the lock left out.
    func names() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: made.path)) ?? []
        return names.filter { $0 != ".lock" }.sorted()
    }
}

/// A converter and a quantiser that write down what they are asked for and make small files.
final class Workshop: CheckpointConverter {
    private let asked = Mutex<[String]>([])
    private let failure: (any Error)?

    /// Makes one that fails after it has begun to write, when `failure` is given.
    init(failure: (any Error)? = nil) {
        self.failure = failure
    }

    /// What was asked for, in order.
    var requests: [String] { asked.withLock { $0 } }

    func convert(_ conversion: Conversion, onEvent: @escaping PreparationEvent.Handler) async throws {
        let kind = conversion.isProjector ? "projector" : "text"
        try write(
            "\(kind) \(conversion.type.rawValue)\(conversion.fp8AsQ8 ? " fp8-as-q8" : "")", to: conversion.output)
        onEvent(.progress(.text, done: 1, total: 1))
    }

    /// The quantiser.
    var quantizer: Quantizer {
        { source, destination, precision, _ in
            let what = try String(contentsOfFile: source, encoding: .utf8)
            try self.write("\(precision.rawValue) of \(what)", to: destination)
        }
    }

    private func write(_ what: String, to path: String) throws {
        asked.withLock { $0.append(what) }
        try Data(what.utf8).write(to: URL(filePath: path))
        if let failure { throw failure }
    }

    /// A provider with this workshop and no end of memory.
    func provider(_ folder: ModelFolder, modelDir: String? = nil) -> ModelProvider {
        let modelDir = modelDir ?? folder.url.path
        return ModelProvider(
            modelDir: modelDir, source: FolderCheckpoints(modelDir: folder.url.path), converter: self,
            chooser: WeightChooser(availableMemory: { .max }), quantize: quantizer)
    }
}
