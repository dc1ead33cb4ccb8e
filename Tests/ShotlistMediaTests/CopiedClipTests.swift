import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A window's packets as mp4 show exactly its frames in PyAV")
struct CopiedClipTests {
    @Test(
        "in the middle and at the end, to the bit",
        arguments: [
            Variant.bFrames, .openGOP, .openGOPTS, .hevc, .hevcOpenGOP, .hevcOpenGOPMKV, .hiddenVP9, .av1, .editList,
            .offset, .offsetFragments, .variableRate,
        ])
    func window(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let timeline = try MediaProbe.probe(path: path).timeline
        let source = try PyAV.decode(path).frames.map(\.picture)
        try #require(timeline.count == source.count)
        for frames in [37..<59, 61..<source.count] {
            let file = Footage.newFile(".mp4")
            try ClipCutter.windowMP4(source: path, timeline: timeline, frames: frames).write(to: file)
            let shown = try PyAV.decode(file.path).frames.map(\.picture)
            #expect(shown.count == frames.count)
            #expect(Reading.same(shown, Array(source[frames])), "\(frames)")
        }
    }
}
