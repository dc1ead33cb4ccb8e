import Foundation
import ShotlistCore
import ShotlistLlama
import Testing

/// What transformers says to the tiny Nemotron models; `Fixtures/make_tiny_nemotron.py` writes it.
struct NemotronGoldens: Decodable {
    struct Vision: Decodable {
        let frame: Int
        let embeddings: [Float]
    }

    struct Text: Decodable {
        let tokens: [Int32]
        let logits: [Float]
    }

    struct Window: Decodable {
        let fps: Double
        let indices: [Int]
        let text: String
        let tokens: [Int32]
        let logits: [Float]
        let greedy: [Int32]
    }

    struct Layout: Decodable, CustomTestStringConvertible {
        let prompt: String
        let fps: Double
        let indices: [Int]
        let text: String

        var testDescription: String { "'\(prompt)' at \(fps) frames a second" }
    }

    /// A weight as the checkpoint has it.
    struct Weight: Decodable {
        /// Rows of the matrix.
        let rows: Int
        /// Heads whose rows llama.cpp orders otherwise, 0 for none.
        let heads: Int
        let codes: Data
        let blockScales: Data
        let scale: Float
    }

    struct Precision: Decodable {
        let text: Text
        let weights: [String: Weight]
        let windows: [Window]
    }

    /// Words that look like special tokens, and the tokens that they are between two line breaks.
    struct Hostile: Decodable {
        let prompt: String
        let tokens: [Int32]
    }

    let prompt: String
    let types: [String: Precision]
    let vision: [Vision]
    let layouts: [Layout]
    let hostile: Hostile

    static let all: NemotronGoldens = {
        // A test without its fixture must fail, and a static value cannot throw.
        // swift-format-ignore: NeverUseForceTry
        try! JSONDecoder().decode(NemotronGoldens.self, from: Data(contentsOf: Fixture.url("nemotron-goldens.json")))
    }()
}

/// A type of the published checkpoints, or the first in single precision.
enum NemotronType: String, CaseIterable, CustomTestStringConvertible {
    case f32, bf16, fp8, nvfp4

    var testDescription: String { rawValue }
    var file: String { Fixture.path("nemotron-text-\(rawValue).gguf") }
    var options: LlamaOptions {
        LlamaOptions(modelPath: file, projectorPath: Fixture.path("nemotron-mmproj.gguf"), threads: 1)
    }

    func golden() throws -> NemotronGoldens.Precision {
        try #require(NemotronGoldens.all.types[self == .f32 ? "bf16" : rawValue])
    }
}

/// Frames and windows of the tiny Nemotron models.
enum Nemotron {
    static let size = PixelSize(width: 512, height: 512)
    /// Drawing one takes as long as encoding it.
    static let frames = (0..<6).map { Tiny.frame($0, size: size) }

    static func content(_ window: NemotronGoldens.Window, fps: Double? = nil) -> WindowContent {
        content(window.indices, fps: fps ?? window.fps, prompt: NemotronGoldens.all.prompt)
    }

    static func content(_ indices: [Int], fps: Double, prompt: String) -> WindowContent {
        WindowContent(
            frames: Array(frames.prefix(indices.count)), frameIndices: indices, effectiveFPS: 2, videoFPS: fps,
            prompt: prompt)
    }
}
