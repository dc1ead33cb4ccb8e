import Foundation
import ShotlistCore

@testable import ShotlistLlama
@testable import ShotlistModels

/// Headers of models' files, and the JSON beside them.
enum ModelHeaders {
    @Sendable static func readGGUF(_ bytes: Data) {
        Scratch.file("model.gguf", bytes) { path in
            attempt {
                let file = try GGUFFile(path: path, role: "text model")
                _ = (file.tensorBytes, file.parameterCount, file.isRearranged, file.length("tokenizer.ggml.tokens"))
            }
            attempt {
                let frame = PixelSize(width: 1036, height: 420)
                let need = try MemoryNeed.of(
                    text: path, projector: path, contextTokens: 8192, sequences: 8, largestFrame: frame)
                expect(need.total >= 0, "a need is no less than nothing")
            }
            attempt {
                _ = try MemoryNeed.of(text: path, projector: nil, contextTokens: .max, sequences: 256)
            }
            attempt { _ = try ModelPair.family(model: path, projector: path) }
        }
    }

    @Sendable static func readCheckpoint(_ bytes: Data) {
        let (choice, rest) = bytes.chosen
        let names = ["model.safetensors", "model.safetensors.index.json", "tokenizer.json", "config.json"]
        let folder = "\(Scratch.folder)/checkpoint"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = names[choice % names.count]
        for other in names where other != name {
            let path = "\(folder)/\(other)"
            // Without an index the file of weights is found by its name.
            if let sound = sound[other] {
                FileManager.default.createFile(atPath: path, contents: sound)
            } else {
                unlink(path)
            }
        }
        FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: rest)
        attempt { try CheckpointCheck.check(folder) }
        attempt { _ = try SafetensorsHeader(path: "\(folder)/model.safetensors") }
    }

    /// What lets the check come as far as the file that is damaged.
    private static let sound: [String: Data] = {
        let header = #"{"model.embed_tokens.weight":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}}"#
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        return [
            "model.safetensors": length + Data(header.utf8) + Data(count: 32),
            "tokenizer.json": Data(#"{"model":{"vocab":{"a":0,"b":3}},"added_tokens":[{"id":2}]}"#.utf8),
            "config.json": Data(#"{"architectures":["Qwen2ForCausalLM"]}"#.utf8),
        ]
    }()
}
