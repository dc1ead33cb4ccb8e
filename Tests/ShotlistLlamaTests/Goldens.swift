import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// What transformers says to the tiny model; `Fixtures/make_tiny_model.py` writes it.
struct Goldens: Decodable {
    struct Vision: Decodable {
        let shape: String
        let width: Int
        let height: Int
        let first: Int
        let embeddings: [Float]
    }

    struct Window: Decodable, CustomTestStringConvertible {
        let shape: String
        let width: Int
        let height: Int
        let frames: Int
        let fps: Double
        let base: Int
        let times: [Int]
        let next: Int
        let logits: [Float]
        let greedy: [Int32]

        var size: PixelSize { PixelSize(width: width, height: height) }
        var pictures: [RGBFrame] { (0..<frames).map { Tiny.frame($0, size: size) } }
        var testDescription: String { "\(shape), \(frames) frames, \(fps) fps" }
    }

    struct Hostile: Decodable {
        let text: String
        let tokens: [Int32]
    }

    let prompt: String
    let before: [Int32]
    let after: [Int32]
    let hostile: Hostile
    let vision: [Vision]
    let windows: [Window]

    static let all: Goldens = {
        // A test without its fixture must fail, and a static value cannot throw.
        // swift-format-ignore: NeverUseForceTry
        try! JSONDecoder().decode(Goldens.self, from: Data(contentsOf: Fixture.url("goldens.json")))
    }()
}

/// Files beside this one.
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "Fixtures")
    static let repository = folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func url(_ name: String) -> URL { folder.appending(path: name) }
    static func path(_ name: String) -> String { url(name).path }

    /// A real vocabulary of llama.cpp's sources, which `scripts/build-llama.sh` unpacked.
    static func vocabulary(_ name: String) throws -> String {
        let sources = repository.appending(path: ".deps/src")
        let versions = try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
        let version = try #require(versions.last)
        return sources.appending(path: "\(version)/vendor/llama.cpp/models/\(name)").path
    }
}

/// The tiny random model.
enum Tiny {
    static let options = LlamaOptions(
        modelPath: Fixture.path("tiny-text-f32.gguf"), projectorPath: Fixture.path("tiny-mmproj-f32.gguf"),
        threads: 1)

    /// The frame that `make_tiny_model.py` draws.
    static func frame(_ index: Int, size: PixelSize) -> RGBFrame {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size.area * 3)
        for y in 0..<size.height {
            for x in 0..<size.width {
                for c in 0..<3 {
                    let value = x * (c + 2) + y * (index + 3) + index * index * 31 + x * y / (c + 3)
                    bytes.append(UInt8(value & 255))
                }
            }
        }
        return RGBFrame(size: size, bytes: bytes)
    }

    static func prompt(
        _ window: Goldens.Window, in session: CaptionSession, fps: Double? = nil
    ) throws -> WindowPrompt {
        try session.prompt(
            WindowContent(
                frames: window.pictures, frameIndices: Array(0..<window.frames), effectiveFPS: fps ?? window.fps,
                videoFPS: fps ?? window.fps, prompt: Goldens.all.prompt))
    }
}

/// The largest distance between two lists of the same length.
func distance(_ one: [Float], _ other: [Float]) -> Float {
    guard one.count == other.count, !one.isEmpty else { return .infinity }
    return zip(one, other).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
}
