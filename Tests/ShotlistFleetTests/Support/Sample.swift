import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistMedia

/// Windows for tests.
enum Sample {
    static let size = PixelSize(width: 64, height: 64)
    static let variant = ModelVariant(name: "qwen", frameSizing: .stretched(size), sampling: .qwen)

    /// Pictures with slopes of colour, each its own.
    static func frames(seed: Int, count: Int) -> [RGBFrame] {
        (0..<count).map { number in
            var bytes: [UInt8] = []
            for y in 0..<size.height {
                for x in 0..<size.width {
                    bytes += [x * 3, y * 3, (seed * 37 + number * 11) % 256].map { UInt8($0) }
                }
            }
            return RGBFrame(size: size, bytes: bytes)
        }
    }

    /// A window of four frames.
    ///
    /// - Parameters:
    ///   - indices: the frames shown, counted from the clip's first.
    ///   - seed: makes the pictures others.
    static func window(
        _ words: String, seed: Int = 0, indices: [Int] = [100, 104, 108, 112], fps: Double = 8, mp4: Data? = nil
    ) throws -> WindowInput {
        var source: (@Sendable () throws -> Data)?
        if let mp4 { source = { mp4 } }
        let span = (indices.last ?? 0) - (indices.first ?? 0) + 1
        return WindowInput(
            frames: frames(seed: seed, count: indices.count).map { PreparedFrame($0, dtype: .uint8) },
            resizedSize: size, frameIndices: indices, effectiveFPS: Double(indices.count) / (Double(span) / fps),
            videoFPS: fps, prompt: try Prompt(text: words), mp4Source: source)
    }

    /// A question about a window.
    static func question(
        _ words: String, sampling: SamplingParameters = .qwen, maxOutputTokens: Int = 256
    ) throws -> CaptionQuestion {
        CaptionQuestion(prompt: try Prompt(text: words), sampling: sampling, maxOutputTokens: maxOutputTokens)
    }

    /// What is sent of a window's frames.
    static func pictures(seed: Int = 0, count: Int = 4, quality: Int = 95) throws -> [Data] {
        let encoder = try JPEGEncoder(quality: quality)
        return try frames(seed: seed, count: count).map { try encoder.encode($0) }
    }

    /// Bytes that differ from place to place.
    static func bytes(_ count: Int) -> Data {
        var numbers = SeededNumbers(seed: 7)
        return Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) })
    }
}
