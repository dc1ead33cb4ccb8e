import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// The model that Shotlist ships, through the engine's public door.
@Suite("Demo model", .serialized)
struct DemoModelTests {
    private static let size = PixelSize(width: 112, height: 112)

    /// A red disc on grey, `progress` of the way from left to right.
    private static func disc(at progress: Double) -> PreparedFrame {
        let centre = (x: 20 + progress * 72, y: 56.0)
        let radius = 15.0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size.area * 3)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let (dx, dy) = (Double(x) + 0.5 - centre.x, Double(y) + 0.5 - centre.y)
                bytes += dx * dx + dy * dy <= radius * radius ? [220, 30, 30] : [128, 128, 128]
            }
        }
        return PreparedFrame(RGBFrame(size: size, bytes: bytes), dtype: .float32)
    }

    private func caption(_ frames: [PreparedFrame]) async throws -> CaptionAnswer {
        let engine = try await LlamaEngine.load(DemoFiles.options)
        let input = try WindowInput(
            frames: frames, resizedSize: Self.size, frameIndices: Array(frames.indices), effectiveFPS: 2,
            videoFPS: 2, prompt: Prompt())
        let request = CaptionRequest(input: input, sampling: .greedy, maxOutputTokens: 512)
        do {
            let answer = try await engine.caption(request)
            await engine.shutDown()
            return answer
        } catch {
            await engine.shutDown()
            throw error
        }
    }

    @Test("Frames in reverse order turn left to right into right to left")
    func reversed() async throws {
        let frames = (0..<8).map { Self.disc(at: Double($0) / 7) }
        let forwards = try await caption(frames)
        #expect(forwards.text.contains("moves from left to right"))
        #expect(!forwards.text.contains("right to left"))
        #expect(forwards.finishReason == .stop)
        let backwards = try await caption(frames.reversed())
        #expect(backwards.text.contains("moves from right to left"))
        #expect(!backwards.text.contains("left to right"))
    }
}
