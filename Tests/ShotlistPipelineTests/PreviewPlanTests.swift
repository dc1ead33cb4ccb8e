import ShotlistCore
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

    @Test("one picture a second, each for a second, counted from the clip's first frame")
    func oneASecond() {
        let clip = clip(timestamps: (0..<100).map { Int64($0) }, perSecond: 10, frames: 40..<100)
        let shots = PreviewPlan(targetFPS: 1, targetHeight: 240)
            .shots(of: FrameRange(start: 20, end: 49), clip: clip)
        #expect(shots.frames == [20, 30, 40])
        #expect(shots.durations == [1000, 1000, 1000])
    }

    @Test("the preview is as long as the window")
    func length() {
        let clip = clip(timestamps: (0..<100).map { Int64($0) }, perSecond: 10, frames: 0..<100)
        let shots = PreviewPlan(targetFPS: 1, targetHeight: 240)
            .shots(of: FrameRange(start: 0, end: 36), clip: clip)
        #expect(shots.durations.reduce(0, +) == 3700)
    }

    @Test("a frame that stays on the screen is shown once, for as long")
    func slowSource() {
        let clip = clip(timestamps: [0, 30, 60, 90, 120], perSecond: 10, frames: 0..<5)
        let shots = PreviewPlan(targetFPS: 1, targetHeight: 240).shots(of: FrameRange(start: 0, end: 3), clip: clip)
        #expect(shots.frames == [0, 1, 2, 3])
        #expect(shots.durations == [3000, 3000, 3000, 3000])
    }
}
