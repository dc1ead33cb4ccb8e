import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Limits: what is allowed passes, and what is not is refused with the flag that allows it")
struct LimitTests {
    /// A limit and how it is lowered so that the footage is beyond it.
    struct Lowered: Sendable, CustomTestStringConvertible {
        let flag: String
        /// What the sentence must say that the file has.
        let says: String
        let lower: @Sendable (inout MediaLimits) -> Void
        var testDescription: String { flag }
    }

    /// The footage: 640x272, 250 frames, 25 a second, one stream.
    private static let lowered = [
        Lowered(flag: "--max-width", says: "640x272") { $0.width = 639 },
        Lowered(flag: "--max-height", says: "640x272") { $0.height = 271 },
        Lowered(flag: "--max-pixels", says: "640x272") { $0.pixels = 640 * 272 - 1 },
        Lowered(flag: "--max-frame-bytes", says: "261120 bytes") { $0.frameBytes = 261_119 },
        Lowered(flag: "--max-duration", says: "10 seconds") { $0.duration = 9.9 },
        Lowered(flag: "--max-frames", says: "249 frames") { $0.frames = 249 },
        Lowered(flag: "--max-frame-rate", says: "25.0 frames") { $0.frameRate = 24 },
        Lowered(flag: "--max-index-bytes", says: "bytes of memory") { $0.indexBytes = 64 * 249 },
    ]

    /// The error of probing a file within limits.
    private func refusal(of path: String, _ limits: MediaLimits) -> ShotlistError? {
        do throws(ShotlistError) {
            _ = try MediaProbe.probe(path: path, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test("one less than the file has refuses it", arguments: lowered)
    func beyond(_ limit: Lowered) throws {
        var limits = MediaLimits()
        limit.lower(&limits)
        let error = try #require(refusal(of: Footage.bikes, limits))
        #expect(error.code == .limitExceeded)
        #expect(error.message.contains(limit.says), "\(error)")
        #expect(error.message.contains(Footage.bikes))
        #expect(error.remedy.contains(limit.flag), "\(error)")
    }

    @Test("exactly what the file has is allowed")
    func exact() throws {
        var limits = MediaLimits()
        (limits.width, limits.height, limits.pixels, limits.frameBytes) = (640, 272, 640 * 272, 261_120)
        (limits.duration, limits.frames, limits.frameRate, limits.streams) = (10.0, 250, 25, 1)
        limits.emptyPackets = 0
        #expect(refusal(of: Footage.bikes, limits) == nil)
    }

    @Test("streams", arguments: [".mp4", ".mkv", ".avi", ".ts"])
    func streams(_ suffix: String) throws {
        let file = Footage.newFile(suffix)
        let sound = suffix == ".avi" ? ["-c:a", "libmp3lame"] : ["-c:a", "copy"]
        try FFmpeg.run(["-i", Footage.bunny, "-map", "0:v", "-map", "0:a", "-c:v", "copy"] + sound + [file.path])
        var limits = MediaLimits()
        limits.streams = 2
        #expect(refusal(of: file.path, limits) == nil)
        limits.streams = 1
        let error = try #require(refusal(of: file.path, limits))
        #expect(error.code == .limitExceeded, "\(error)")
        #expect(error.remedy.contains("--max-streams"))
    }

    @Test("packets that tell nothing are not read without end")
    func probePackets() throws {
        var limits = MediaLimits()
        limits.probePackets = 1
        let file = Footage.newFile(".ts")
        try FFmpeg.run(["-i", Footage.bunny, "-c", "copy", file.path])
        let error = try #require(refusal(of: file.path, limits))
        #expect(error.code == .limitExceeded, "\(error)")
        #expect(error.remedy.contains("--max-probe-packets"))
    }

    @Test("packets that are no frames are counted beside frames")
    func emptyPackets() throws {
        let file = Footage.newFile(".mov")
        let sizes = Array(repeating: [UInt32(768)] + Array(repeating: UInt32(0), count: 9), count: 20).flatMap(\.self)
        try Movie.raw(sizes: sizes, content: Data(count: 20 * 768)).write(to: file)
        var limits = MediaLimits()
        #expect(refusal(of: file.path, limits) == nil)
        limits.emptyPackets = 100
        let error = try #require(refusal(of: file.path, limits))
        #expect(error.code == .limitExceeded, "\(error)")
        #expect(error.remedy.contains("--max-empty-packets"))
    }

    @Test("pictures that grow are refused when they come, and those before are there", arguments: [1, 2])
    func grows(threads: Int) throws {
        let path = try Hostile.folder.get().appendingPathComponent("picture_grows.mov").path
        let timeline = try MediaProbe.probe(path: path).timeline
        #expect(timeline.count == 16)
        let windows = [0...11, 12...15].map { frames in
            WindowNeeds(
                range: FrameRange(start: frames.lowerBound, end: frames.upperBound), modelFrames: Array(frames),
                modelSize: nil, previewFrames: [], previewHeight: nil)
        }
        let reader = try WindowReader(
            path: path, timeline: timeline, clipFrames: 0..<16, windows: windows, threads: threads)
        let first = try #require(try reader.next())
        #expect(first.modelFrames.count == 12 && first.missingFrames.isEmpty)
        let error = #expect(throws: ShotlistError.self) { try reader.next() }
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("16000x16000") == true, "\(String(describing: error))")
    }

    @Test("a clip is cut within the limits it is given")
    func cut() throws {
        let (metadata, timeline, _) = try MediaProbe.probe(path: Footage.bikes)
        var limits = MediaLimits()
        limits.width = 600
        for encoder in [ClipEncoder.copy, .libx264] {
            let error = #expect(throws: ShotlistError.self) {
                try ClipCutter.write(
                    source: Footage.bikes, metadata: metadata, timeline: timeline, clipFrames: 0..<20,
                    encoder: encoder, threads: 1, limits: limits, isCancelled: { false },
                    to: Footage.newFile(".mp4"))
            }
            #expect(error?.code == .limitExceeded, "\(encoder)")
        }
    }

    @Test("a day of ten million frames is allowed", .timeLimit(.minutes(10)))
    func longVideo() throws {
        let count: UInt32 = 10_000_000
        let file = Footage.newFile(".mov")
        // 864 units of 100,000 a second each: 86,400 seconds.
        try Movie.raw(frames: count, bytesEach: 1, duration: 864, scale: 100_000, content: Data(count: Int(count)))
            .write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let metadata = try MediaProbe.probe(path: file.path).metadata
        #expect(metadata.numFrames == Int(count))
        #expect(abs(metadata.duration - 86_400) < 0.001)
    }

    @Test("an index of more frames than allowed is refused before it is made", .timeLimit(.minutes(10)))
    func index() throws {
        let file = Footage.newFile(".mov")
        try Movie.raw(frames: 20_000_000, bytesEach: 1, duration: 1, scale: 25, content: Data(count: 100))
            .write(to: file)
        let error = try #require(refusal(of: file.path, MediaLimits()))
        #expect(error.code == .limitExceeded)
        #expect(error.remedy.contains("--max-index-bytes"))
    }

    @Test("limits are values that can be kept and sent")
    func values() throws {
        var limits = MediaLimits()
        limits.duration = 12.5
        limits.streams = 7
        let copy = try JSONDecoder().decode(MediaLimits.self, from: JSONEncoder().encode(limits))
        #expect(copy == limits)
        #expect(copy != MediaLimits())
    }
}
