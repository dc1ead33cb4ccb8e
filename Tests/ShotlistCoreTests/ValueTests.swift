import Foundation
import ShotlistCore
import Testing

@Suite("Values keep what they promise")
struct ValueTests {
    @Test("every pixel value survives every type", arguments: PreprocessDType.allCases)
    func dtypes(dtype: PreprocessDType) {
        let frame = RGBFrame(size: PixelSize(width: 256, height: 1), bytes: (0..<768).map { UInt8($0 % 256) })
        let prepared = PreparedFrame(frame, dtype: dtype)
        #expect(prepared.bytes.count == 768 * dtype.byteCount)
        #expect(prepared.rgb == frame)
    }

    @Test("the bits are those of the IEEE types")
    func bits() {
        let frame = RGBFrame(size: PixelSize(width: 1, height: 1), bytes: [0, 1, 255])
        func words<T: FixedWidthInteger>(_ dtype: PreprocessDType, as type: T.Type) -> [T] {
            PreparedFrame(frame, dtype: dtype).bytes.withUnsafeBytes { buffer in
                (0..<3).map { buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self) }
            }
        }
        #expect(words(.float32, as: UInt32.self) == [0, 1, 255].map { Float($0).bitPattern })
        #expect(words(.bfloat16, as: UInt16.self) == [0x0000, 0x3f80, 0x437f])
        #expect(words(.float16, as: UInt16.self) == [0x0000, 0x3c00, 0x5bf8])
    }

    @Test("frames belong to a span by the time they are shown, counted from the first")
    func timeline() {
        let timeline = FrameTimeline(timestamps: [50, 52, 53, 57, 60], timeBase: (1, 10), lastDuration: 2)
        #expect(timeline.duration == 1.2)
        #expect(timeline.frames(from: 0, to: 0.3) == 0..<2)
        #expect(timeline.frames(from: 0.3, to: 0.7) == 2..<3)
        #expect(timeline.frames(from: 0.7, to: .infinity) == 3..<5)
        #expect(timeline.frames(from: 5, to: 9).isEmpty)
        #expect([0, 0.1, 0.2, 0.69, 0.7, 99].map { timeline.frame(at: $0) } == [0, 0, 1, 2, 3, 4])
    }

    @Test("a prompt of your own wins, and a changed one has another hash")
    func prompts() throws {
        #expect(try Prompt(variant: .av, text: "What?").text == "What?")
        #expect(try Prompt(variant: .av).text == PromptVariant.av.text)
        #expect(try Set(PromptVariant.allCases.map { try Prompt(variant: $0).hash }).count == 3)
        #expect(try Prompt(text: "abc").hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    /// `hashlib.sha256(b"328802ad-c486-5ef7-ae7e-7d60585b8df9/0_249").hexdigest()[:16]` of Python.
    @Test("a window's trace id is the beginning of the SHA-256 of its id")
    func traceID() {
        let clip = ClipID.make(inputPath: "videos/set1/bikes.mp4", startFrame: 0, endFrame: 250)
        let window = Window(clipID: clip, range: FrameRange(start: 0, end: 249))
        #expect(window.id == "328802ad-c486-5ef7-ae7e-7d60585b8df9/0_249")
        #expect(window.traceID == "19cda3bff9bc39a6")
        #expect(Window(clipID: clip, range: FrameRange(start: 0, end: 248)).traceID != window.traceID)
    }

    @Test("limits that cannot be kept are refused")
    func limits() throws {
        #expect(throws: ShotlistError.self) { try ResizePlan(minimumPixels: 0) }
        #expect(throws: ShotlistError.self) { try ResizePlan(minimumPixels: 9000, maximumPixels: 8000) }
        #expect(throws: ShotlistError.self) { try ResizePlan(minimumPixels: 1, maximumPixels: 700) }
        let plan = try ResizePlan()
        #expect(throws: ShotlistError.self) { try plan.size(for: PixelSize(width: 4000, height: 10), frames: 4) }
    }
}
