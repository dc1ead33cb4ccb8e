import ShotlistCore
import ShotlistPipeline
import Testing

@Suite("Videos are cut as NeMo Curator cuts them")
struct SplittingTests {
    private func video(frames: Int, rate: Int) -> Video {
        let timeline = FrameTimeline(
            timestamps: (0..<frames).map { Int64($0) + 7 }, timeBase: (1, rate), lastDuration: 1)
        return Video(
            inputPath: "videos/a.mp4", relativePath: "a.mp4",
            metadata: VideoMetadata(
                sizeInBytes: 1, height: 2, width: 2, framerate: Double(rate), numFrames: frames,
                duration: timeline.duration, videoCodec: "h264", pixelFormat: "yuv420p", audioCodec: nil, rotation: 0,
                bitRate: 0),
            timeline: timeline)
    }

    @Test("ten seconds each, the rest kept when it is long enough")
    func stride() throws {
        let stage = try FixedStrideExtractorStage(clipLenS: 10, clipStrideS: 10, minClipLengthS: 2)
        let clips = stage.clips(of: video(frames: 625, rate: 25))
        #expect(clips.map(\.frames) == [0..<250, 250..<500, 500..<625])
        #expect(clips.map(\.span) == [0, 10, 20].map { ClipSpan(start: $0, end: min($0 + 10, 25)) })
        #expect(clips.map(\.id)[1] == ClipID.make(inputPath: "videos/a.mp4", startFrame: 250, endFrame: 500))
        #expect(Set(clips.map(\.clipsInVideo)) == [3])
        #expect(stage.clips(of: video(frames: 540, rate: 25)).map(\.frames) == [0..<250, 250..<500])
        #expect(stage.clips(of: video(frames: 20, rate: 25)).isEmpty)
    }

    @Test("clips may overlap, leave gaps, and be limited")
    func strideOptions() throws {
        let source = video(frames: 100, rate: 10)
        let overlapping = try FixedStrideExtractorStage(clipLenS: 4, clipStrideS: 2, minClipLengthS: 4)
        #expect(overlapping.clips(of: source).map(\.frames) == [0..<40, 20..<60, 40..<80, 60..<100])
        let gaps = try FixedStrideExtractorStage(clipLenS: 1, clipStrideS: 4, minClipLengthS: 0, limitClips: 2)
        #expect(gaps.clips(of: source).map(\.frames) == [0..<10, 40..<50])
    }

    @Test("a whole file is one clip, named by its frame count")
    func whole() {
        let clips = WholeVideoStage().clips(of: video(frames: 33, rate: 25))
        #expect(clips.map(\.frames) == [0..<33])
        #expect(clips.map(\.id) == [ClipID.make(inputPath: "videos/a.mp4", startFrame: 0, endFrame: 33)])
    }
}
