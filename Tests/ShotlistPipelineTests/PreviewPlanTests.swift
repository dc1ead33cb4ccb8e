import Foundation
import ShotlistCore
import ShotlistMedia
import ShotlistPipeline
import Testing

@Suite("Which frames a preview shows")
struct PreviewPlanTests {
    private func clip(timestamps: [Int64], perSecond: Int, frames: Range<Int>) -> Clip {
        let timeline = FrameTimeline(timestamps: timestamps, timeBase: (1, perSecond), lastDuration: 1)
        let video = Video(
            inputPath: "a.mp4", relativePath: "a.mp4",
            metadata: VideoMetadata(
                sizeInBytes: 1, height: 2, width: 2, framerate: Double(perSecond), numFrames: timestamps.count,
                duration: timeline.duration, videoCodec: "h264", pixelFormat: "yuv420p", audioCodec: nil, rotation: 0,
                bitRate: 0),
            timeline: timeline)
        return Clip(
            id: ClipID.make(inputPath: "a.mp4", startFrame: 0, endFrame: 1), video: video,
            span: ClipSpan(start: 0, end: 1), frames: frames, index: 0, clipsInVideo: 1)
    }

    @Test("one picture a second, each for a second: what is on the screen half a second in")
    func oneASecond() {
        let clip = clip(timestamps: (0..<100).map { Int64($0) }, perSecond: 10, frames: 40..<100)
        let shots = PreviewPlan(targetFPS: 1, targetHeight: 240)
            .shots(of: FrameRange(start: 20, end: 49), clip: clip)
        #expect(shots.frames == [24, 34, 44])
        #expect(shots.durations == [1000, 1000, 1000])
    }

    @Test("the preview is as long as the window, in whole pictures; there is always one")
    func length() {
        let clip = clip(timestamps: (0..<100).map { Int64($0) }, perSecond: 10, frames: 0..<100)
        func lengths(_ fps: Double, last: Int) -> [Int] {
            PreviewPlan(targetFPS: fps, targetHeight: 240).shots(of: FrameRange(start: 0, end: last), clip: clip)
                .durations
        }
        #expect(lengths(1, last: 36) == [1000, 1000, 1000, 1000])
        #expect(lengths(3, last: 9) == [333, 334, 333])
        #expect(lengths(0.1, last: 9) == [10000])
    }

    /// FFmpeg's filter `fps`, by which NeMo Curator draws its previews, on the same windows.
    @Test(
        "the pictures are those of ffmpeg's fps filter",
        arguments: [
            ("bikes", 1.0), ("bikes", 2.0), ("bikes", 0.3), ("carphone_pristine", 1.0), ("carphone_pristine", 7.5),
        ])
    func likeTheFilter(footage: String, fps: Double) throws {
        let path = try Workspace.footage(footage).path
        let probed = try MediaProbe.probe(path: path)
        let video = Video(
            inputPath: path, relativePath: path, metadata: probed.metadata, timeline: probed.timeline, warnings: [:])
        let clip = try #require(WholeVideoStage().clips(of: video).first)
        let end = clip.frames.count - 1
        for start in [0, 31] {
            let shots = PreviewPlan(targetFPS: fps, targetHeight: 240)
                .shots(of: FrameRange(start: start, end: end), clip: clip)
            let window = "select=gte(n\\,\(start)),setpts=PTS-STARTPTS"
            // Frames are known by their digests.
            let all = try digests(path, window)
            let chosen = try digests(path, window + ",fps=\(fps)")
            let picture = 1000 / fps
            let expected = zip(shots.frames, shots.durations).flatMap { frame, duration in
                Array(repeating: all[frame - start], count: Int((Double(duration) / picture).rounded()))
            }
            #expect(expected == chosen, "\(footage), from frame \(start) on")
        }
    }

    private func digests(_ path: String, _ filters: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-vf", filters, "-an", "-vsync", "passthrough", "-f",
            "framemd5",
            "-",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    @Test("a frame that stays on the screen is shown once, for as long")
    func slowSource() {
        let clip = clip(timestamps: [0, 30, 60, 90, 120], perSecond: 10, frames: 0..<5)
        let shots = PreviewPlan(targetFPS: 1, targetHeight: 240).shots(of: FrameRange(start: 0, end: 3), clip: clip)
        #expect(shots.frames == [0, 1, 2, 3])
        #expect(shots.durations == [3000, 3000, 3000, 3000])
    }
}
