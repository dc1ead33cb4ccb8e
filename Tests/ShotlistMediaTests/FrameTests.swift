import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Frames are the ones asked for, and look as ffmpeg shows them")
struct FrameTests {
    /// All files of the corpus are compared with PyAV in ``CorpusTests``; these are converted just as ffmpeg does.
    @Test(
        "to the bit, with the same FFmpeg",
        arguments: [Variant.bFrames, .openGOPAVI, .rotated270, .fullRange, .bt709, .odd444, .mjpeg, .narrow])
    func exact(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let metadata = try MediaProbe.probe(path: path).metadata
        let reference = try FFmpeg.frames(of: path, size: metadata.size)
        let (frames, missing) = try Reading.frames(of: path, from: 0, Array(reference.indices))
        #expect(missing.isEmpty)
        #expect(Reading.same(frames, reference))
    }

    @Test("the number of threads changes nothing")
    func threads() throws {
        let indices = Array(stride(from: 0, to: 200, by: 9))
        let one = try Reading.frames(of: Footage.bikes, from: 31, indices, threads: 1)
        let many = try Reading.frames(of: Footage.bikes, from: 31, indices, threads: 5)
        #expect(Reading.same(one.frames, many.frames))
        #expect(one.frames.count == indices.count)
    }

    @Test("windows come one after the other, model and preview frames apart")
    func windows() throws {
        let (metadata, timeline, _) = try MediaProbe.probe(path: Footage.bikes)
        let reference = try FFmpeg.frames(of: Footage.bikes, size: metadata.size)
        let size = PixelSize(width: 112, height: 56)
        let needs = [
            WindowNeeds(
                range: FrameRange(start: 0, end: 63), modelFrames: [0, 21, 42, 63], modelSize: size,
                previewFrames: [0, 25, 50], previewHeight: 90),
            WindowNeeds(
                range: FrameRange(start: 64, end: 139), modelFrames: [], modelSize: nil, previewFrames: [64, 139],
                previewHeight: nil),
            WindowNeeds(
                range: FrameRange(start: 140, end: 199), modelFrames: [140, 199], modelSize: size, previewFrames: [],
                previewHeight: nil),
        ]
        let reader = try WindowReader(
            path: Footage.bikes, timeline: timeline, clipFrames: 50..<250, windows: needs, threads: 2)
        for need in needs {
            let window = try #require(try reader.next())
            #expect(window.range == need.range)
            #expect(window.missingFrames.isEmpty)
            let modelled = need.modelFrames.map { BicubicResize.resize(reference[50 + $0], to: size) }
            #expect(Reading.same(window.modelFrames, modelled))
            try #require(window.previewFrames.compactMap(\.rgb).count == need.previewFrames.count)
            for (index, frame) in zip(need.previewFrames, window.previewFrames.compactMap(\.rgb)) {
                let whole = reference[50 + index]
                guard let height = need.previewHeight else {
                    #expect(Reading.same([frame], [whole]))
                    continue
                }
                // 640 x 272 at 90 lines is 211.8 columns wide: the nearest even number is 212.
                #expect(frame.size == PixelSize(width: 212, height: height))
                #expect(Reading.difference(frame, BicubicResize.resize(whole, to: frame.size)) < 3)
            }
        }
        #expect(try reader.next()?.range == nil)
    }

    @Test("a rotated video is resized as it is shown")
    func rotated() throws {
        let path = try Footage.path(of: .rotated90)
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        #expect(metadata.size == PixelSize(width: 180, height: 320))
        let reference = try FFmpeg.frames(of: path, size: metadata.size)
        let size = PixelSize(width: 84, height: 140)
        let needs = WindowNeeds(
            range: FrameRange(start: 0, end: 99), modelFrames: [7], modelSize: size, previewFrames: [7],
            previewHeight: 64)
        let reader = try WindowReader(
            path: path, timeline: timeline, clipFrames: 0..<100, windows: [needs], threads: 1)
        let window = try #require(try reader.next())
        #expect(Reading.same(window.modelFrames, [BicubicResize.resize(reference[7], to: size)]))
        #expect(window.previewFrames.map(\.size) == [PixelSize(width: 36, height: 64)])
        #expect(
            Reading.difference(
                try #require(window.previewFrames[0].rgb),
                BicubicResize.resize(reference[7], to: window.previewFrames[0].size)) < 4)
    }
}
