import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("One pass of decoding gives a clip's windows and its own file")
struct OnePassTests {
    private func needs(_ frames: Range<Int>) -> [WindowNeeds] {
        let half = frames.count / 2
        return [0..<half, half..<frames.count].map { range in
            WindowNeeds(
                range: FrameRange(start: range.lowerBound, end: range.upperBound - 1),
                modelFrames: Array(stride(from: range.lowerBound, to: range.upperBound, by: 9)),
                modelSize: PixelSize(width: 112, height: 56),
                previewFrames: Array(stride(from: range.lowerBound, to: range.upperBound, by: 13)), previewHeight: 90)
        }
    }

    private func clipFile(
        _ path: String, to file: URL, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> ClipFile {
        ClipFile(
            metadata: try MediaProbe.probe(path: path).metadata, encoder: .libx264, threads: 2,
            isCancelled: isCancelled,
            to: file)
    }

    @Test("both are as from passes of their own", arguments: [1, 3])
    func together(threads: Int) throws {
        let path = try Footage.path(of: .bFrames)
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let frames = 37..<111
        let alone = try WindowReader(
            path: path, timeline: timeline, clipFrames: frames, windows: needs(frames), threads: threads)
        let file = Footage.newFile(".mp4")
        let both = try WindowReader(
            path: path, timeline: timeline, clipFrames: frames, windows: needs(frames), threads: threads,
            clipFile: try clipFile(path, to: file))
        for _ in needs(frames) {
            let (window, same) = (try #require(try both.next()), try #require(try alone.next()))
            #expect(Reading.same(window.modelFrames, same.modelFrames))
            let previewsAreSame = window.previewFrames == same.previewFrames
            #expect(previewsAreSame && !window.previewFrames.isEmpty)
            #expect(window.missingFrames.isEmpty)
        }
        let clip = try #require(try both.finishClipFile())
        #expect(clip.numFrames == frames.count)
        let own = try ClipCutter.write(
            source: path, metadata: metadata, timeline: timeline, clipFrames: frames, encoder: .libx264, threads: 2,
            isCancelled: { false }, to: Footage.newFile(".mp4"))
        let shown = try FFmpeg.frames(of: clip.file.path, size: clip.size)
        #expect(Reading.same(shown, try FFmpeg.frames(of: own.file.path, size: own.size)))
        // The clip begins between key frames, 48 apart: what lies before it in its group is decoded, and nothing twice.
        #expect(both.effort.packets <= 111 + 6)
        #expect(both.effort.packets >= frames.count)
        #expect(try alone.finishClipFile()?.file == nil)
    }

    @Test("without a file of its own, frames that nothing needs are not decoded")
    func spared() throws {
        let path = try Footage.path(of: .bFrames)
        let timeline = try MediaProbe.probe(path: path).timeline
        let needs = WindowNeeds(
            range: FrameRange(start: 0, end: 95), modelFrames: [0, 50], modelSize: nil, previewFrames: [],
            previewHeight: nil)
        let reader = try WindowReader(path: path, timeline: timeline, clipFrames: 0..<96, windows: [needs], threads: 1)
        #expect(try #require(try reader.next()).missingFrames.isEmpty)
        // Frame 0 is a key frame, and so is 48: all that lies between is left out.
        #expect(reader.effort.packets < 16)
    }

    @Test("a file that goes wrong costs no window, is told at the end and leaves nothing behind")
    func failing() throws {
        let path = Footage.bikes
        let timeline = try MediaProbe.probe(path: path).timeline
        for (file, cancels) in [(URL(fileURLWithPath: "/nowhere/clip.mp4"), false), (Footage.newFile(".mp4"), true)] {
            let reader = try WindowReader(
                path: path, timeline: timeline, clipFrames: 0..<250, windows: needs(0..<250), threads: 2,
                clipFile: try clipFile(path, to: file, isCancelled: { cancels }))
            for need in needs(0..<250) {
                #expect(try #require(try reader.next()).modelFrames.count == need.modelFrames.count)
            }
            let error = #expect(throws: ShotlistError.self) { try reader.finishClipFile() }
            #expect(error?.code == (cancels ? .cancelled : .writeFailed))
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test(
        "a card that is not there: the processor gives the same frames", arguments: [VideoDecoder.cuda, .vaapi])
    func fallBack(decoder: VideoDecoder) throws {
        let timeline = try MediaProbe.probe(path: Footage.bikes).timeline
        func frames(_ decoder: VideoDecoder) throws -> [RGBFrame] {
            let reader = try WindowReader(
                path: Footage.bikes, timeline: timeline, clipFrames: 0..<250, windows: needs(0..<250), threads: 2,
                decoder: decoder)
            return try #require(try reader.next()).modelFrames
        }
        let expected = try frames(.cpu)
        #expect(!expected.isEmpty)
        let shown = try frames(decoder)
        #expect(shown.count == expected.count)
        for (frame, same) in zip(shown, expected) {
            // On a machine with a card, its pictures may be rounded otherwise on their way to RGB.
            #expect(Reading.difference(frame, same) <= (VideoDecoder.workingHardware.isEmpty ? 0 : 1.5))
        }
        #expect((decoder.problem == nil) == VideoDecoder.workingHardware.contains(decoder))
        if let problem = decoder.problem {
            #expect(problem.contains(decoder.rawValue) && problem.contains("on the processor"))
        }
    }
}
