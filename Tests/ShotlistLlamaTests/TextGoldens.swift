import Foundation
import ShotlistLlama
import Testing

/// What transformers says to a text model; the scripts beside the fixtures write it.
struct TextGolden: Decodable, Sendable, CustomTestStringConvertible {
    let system: String?
    let user: String
    /// The chat's tokens.
    let prompt: [Int32]
    /// The last logits: all, or of the tokens `top`.
    let logits: [Float]
    let top: [Int]?
    /// The likeliest tokens, as far as no two were nearly equal.
    let greedy: [Int32]
    /// The distance of the best two logits, for each of `greedy`.
    let margins: [Float]?

    var testDescription: String { String(user.prefix(20)) }

    /// Our logits of the tokens that the golden has.
    func chosen(of ours: [Float]) -> [Float] {
        top.map { $0.map { ours[$0] } } ?? ours
    }

    /// Of a tiny random model.
    static func tiny(_ family: String) throws -> [TextGolden] {
        let goldens = try JSONDecoder().decode(
            [String: [TextGolden]].self, from: Data(contentsOf: Fixture.url("text_goldens.json")))
        return try #require(goldens[family])
    }

    /// Of the real SmolLM2.
    static func smolLM2() throws -> [TextGolden] {
        try JSONDecoder().decode([TextGolden].self, from: Data(contentsOf: Fixture.url("smollm2_goldens.json")))
    }
}

/// Text models to test with.
enum TextModel {
    /// The families that there is a tiny random model of.
    static let tiny = ["qwen2.5", "qwen3", "smollm2"]

    /// A tiny random model.
    static func options(_ family: String) -> LlamaTextOptions {
        LlamaTextOptions(modelPath: Fixture.path("tiny-\(family)-f32.gguf"), threads: 1)
    }

    /// SmolLM2, a real model, which `make test` fetched.
    static func smolLM2() throws -> LlamaTextOptions {
        let file = Fixture.repository.appending(path: ".deps/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
        try #require(FileManager.default.fileExists(atPath: file.path), "run `scripts/fetch-smollm2.sh` first")
        return LlamaTextOptions(modelPath: file.path, threads: 1)
    }
}
