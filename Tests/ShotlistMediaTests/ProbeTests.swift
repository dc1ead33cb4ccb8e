import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A probe tells what is in a file")
struct ProbeTests {
    @Test("real footage, with and without sound")
    func footage() throws {
        let (bunny, timeline, warnings) = try MediaProbe.probe(path: Footage.bunny)
        #expect(bunny.size == PixelSize(width: 1280, height: 720))
        #expect(bunny.framerate == 25)
        #expect(bunny.numFrames == 132)
        #expect(abs(bunny.duration - 5.28) < 1e-9)
        #expect(bunny.videoCodec == "h264")
        #expect(bunny.pixelFormat == "yuv420p")
        #expect(bunny.audioCodec == "aac")
        #expect(bunny.rotation == 0)
        #expect(bunny.sizeInBytes == 1_055_736)
        #expect(bunny.bitRate > 1_000_000)
        #expect(timeline.frames(from: 2, to: 3) == 50..<75)
        #expect(warnings.isEmpty)
        let bikes = try MediaProbe.probe(path: Footage.bikes)
        #expect(bikes.metadata.audioCodec == nil)
        #expect(bikes.metadata.numFrames == 250)
    }

    @Test("pixels that are not square stay as stored, with a warning")
    func pixelRatio() throws {
        let (metadata, _, warnings) = try MediaProbe.probe(path: Footage.carphone)
        #expect(metadata.size == PixelSize(width: 176, height: 144))
        #expect(abs(metadata.framerate - 30000.0 / 1001) < 1e-9)
        #expect(warnings.keys.sorted() == ["sample_aspect_ratio"])
    }

    @Test("times of a variable rate are those that ffprobe tells", arguments: [Variant.variableRate, .variableRateMKV])
    func variableRate(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let times = try FFmpeg.shownTimes(of: path)
        try #require(times.count == timeline.count)
        for (index, time) in times.enumerated() { #expect(abs(timeline.time(of: index) - (time - times[0])) < 1e-5) }
        let rate = try FFmpeg.streamEntry("avg_frame_rate", of: path).split(separator: "/").compactMap { Double($0) }
        #expect(abs(metadata.framerate - rate[0] / rate[1]) < 1e-9)
    }

    @Test("a start offset and an edit list do not shift the first frame")
    func offsets() throws {
        for variant in [Variant.offset, .offsetTS, .offsetFragments, .clockWraps, .negativeTimes, .editList] {
            let timeline = try MediaProbe.probe(path: Footage.path(of: variant)).timeline
            #expect(timeline.time(of: 0) == 0)
            #expect(timeline.frames(from: 0, to: 1).count == 25)
        }
    }

    @Test("turns")
    func rotation() throws {
        for variant in [Variant.bFrames, .rotated90, .rotated180, .rotated270] {
            let path = try Footage.path(of: variant)
            let metadata = try MediaProbe.probe(path: path).metadata
            #expect(try metadata.rotation == FFmpeg.rotation(of: path))
            #expect((metadata.width > metadata.height) == (metadata.rotation % 180 == 0))
        }
        #expect(try FFmpeg.rotation(of: Footage.path(of: .rotated90)) != 0)
    }

    @Test("doctor's facts are there")
    func info() {
        #expect(MediaInfo.libraries.map(\.name).contains("libavformat"))
        #expect(MediaInfo.libraries.allSatisfy { $0.version.contains(".") })
        #expect(MediaInfo.encoders.contains(.libx264))
        #expect(MediaInfo.encoders.contains(.copy))
        #expect(MediaInfo.decoders.contains("h264"))
    }
}
