import Foundation
import ShotlistCore
import ShotlistLlama
import Testing

/// What transformers says to the tiny Qwen3-VL model; `Fixtures/make_tiny_qwen3vl.py` writes it.
struct Qwen3VLGoldens: Decodable {
    struct Window: Decodable, CustomTestStringConvertible {
        let shape: String
        let width: Int
        let height: Int
        let frames: Int
        let rate: String
        let sourceFPS: Double
        /// The source frame of each frame shown.
        let indices: [Int]
        /// What the chat template wrote.
        let text: String
        /// The tokens between the pairs of frames.
        let texts: [[Int32]]
        /// The time of each pair, which is its first row and column, too.
        let starts: [Int]
        /// The position of the answer's first token.
        let next: Int
        let logits: [Float]
        let greedy: [Int32]

        var size: PixelSize { PixelSize(width: width, height: height) }
        var pictures: [RGBFrame] { (0..<frames).map { Tiny.frame($0, size: size) } }
        var testDescription: String { "\(shape), \(frames) frames, rate \(rate)" }

        /// The window with the frames' true times, or with others.
        func content(indices: [Int]? = nil, videoFPS: Double? = nil) -> WindowContent {
            WindowContent(
                frames: pictures, frameIndices: indices ?? self.indices, effectiveFPS: 2,
                videoFPS: videoFPS ?? sourceFPS, prompt: Qwen3VLGoldens.all.prompt)
        }
    }

    let prompt: String
    let hostile: Goldens.Hostile
    let vision: [Goldens.Vision]
    let windows: [Window]

    static let all: Qwen3VLGoldens = {
        // A test without its fixture must fail, and a static value cannot throw.
        // swift-format-ignore: NeverUseForceTry
        try! JSONDecoder().decode(Qwen3VLGoldens.self, from: Data(contentsOf: Fixture.url("qwen3vl.json")))
    }()

    static let options = LlamaOptions(
        modelPath: Fixture.path("qwen3vl-text-f32.gguf"), projectorPath: Fixture.path("qwen3vl-mmproj-f32.gguf"),
        threads: 1)
}
