import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Clips that are made again show the frames that were chosen")
struct RemakeTests {
    private func remake(
        _ path: String, _ frames: [Int], _ form: ClipForm, threads: Int = 1
    ) throws -> EncodedClip {
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        return try ClipRemaker.write(
            source: path, metadata: metadata, timeline: timeline, frames: frames, form: form, encoder: .libx264,
            threads: threads, isCancelled: { false }, to: Footage.newFile(".mp4"))
    }

    private func expectLike(_ clip: EncodedClip, _ expected: [RGBFrame]) throws {
        let shown = try FFmpeg.frames(of: clip.file.path, size: clip.size)
        try #require(shown.count == expected.count)
        for (one, other) in zip(shown, expected) { #expect(Reading.difference(one, other) < 6) }
    }

    @Test("at another rate, with frames left out and frames twice")
    func rate() throws {
        let path = Footage.bikes
        let frames = [40, 41, 41, 43, 44, 46, 46, 49, 60]
        let clip = try remake(path, frames, ClipForm(rate: 16))
        #expect(clip.numFrames == frames.count)
        #expect(abs(clip.framerate - 16) < 0.01)
        let reference = try FFmpeg.frames(of: path, size: PixelSize(width: 640, height: 272))
        try expectLike(clip, frames.map { reference[$0] })
        let times = try FFmpeg.shownTimes(of: clip.file.path)
        for (index, time) in times.enumerated() { #expect(abs(time - Double(index) / 16) < 0.001) }
    }

    @Test("at the frames' own times where no rate is given", arguments: [Variant.variableRate, .rotated90])
    func ownTimes(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let timeline = try MediaProbe.probe(path: path).timeline
        let clip = try remake(path, Array(10..<19), ClipForm())
        let times = try FFmpeg.shownTimes(of: clip.file.path)
        try #require(times.count == 9)
        for (time, index) in zip(times, 10..<19) {
            #expect(abs(time - (timeline.time(of: index) - timeline.time(of: 10))) < 0.0005)
        }
    }

    @Test("cut to a size from the middle")
    func cropped() throws {
        let clip = try remake(Footage.bikes, Array(5..<14), ClipForm(size: PixelSize(width: 608, height: 256)))
        #expect(clip.size == PixelSize(width: 608, height: 256))
        let reference = try FFmpeg.frames(of: Footage.bikes, size: clip.size, filter: "crop=608:256:16:8")
        try expectLike(clip, Array(reference[5..<14]))
    }

    @Test("scaled to fill a size, and cut where it is too wide")
    func scaled() throws {
        let size = PixelSize(width: 160, height: 96)
        let clip = try remake(Footage.bikes, Array(5..<14), ClipForm(rate: 24, size: size, isScaled: true))
        #expect(clip.size == size)
        // 272 rows of 160:96 are 453 columns; 452 of them, from the middle.
        let filter = "crop=452:272:94:0,scale=160:96:flags=bicubic"
        let reference = try FFmpeg.frames(of: Footage.bikes, size: size, filter: filter)
        try expectLike(clip, Array(reference[5..<14]))
    }

    @Test("sound is as long as the frames")
    func sound() throws {
        let clip = try remake(Footage.bunny, Array(stride(from: 20, to: 84, by: 2)), ClipForm(rate: 16))
        #expect(try FFmpeg.streamEntry("codec_name", of: clip.file.path, stream: "a:0") == "aac")
        let raw = try FFmpeg.run(["-i", clip.file.path, "-vn", "-ac", "1", "-ar", "8000", "-f", "s16le", "-"])
        #expect(abs(raw.count / 2 - 2 * 8000) < 800)
    }

    @Test("the same work gives the same bytes")
    func repeatable() throws {
        let form = ClipForm(rate: 16, size: PixelSize(width: 320, height: 128), isScaled: true)
        let files = try (0..<2).map { _ in
            try Data(contentsOf: remake(Footage.bikes, Array(0..<33), form).file)
        }
        #expect(files[0] == files[1])
    }

    @Test("work that is stopped leaves no file")
    func stopped() throws {
        let (metadata, timeline, _) = try MediaProbe.probe(path: Footage.bikes)
        let file = Footage.newFile(".mp4")
        let error = #expect(throws: ShotlistError.self) {
            try ClipRemaker.write(
                source: Footage.bikes, metadata: metadata, timeline: timeline, frames: [1, 2], form: ClipForm(),
                encoder: .libx264, threads: 1, isCancelled: { true }, to: file)
        }
        #expect(error?.code == .cancelled)
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }
}
