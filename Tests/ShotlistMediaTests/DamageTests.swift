import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A file with a broken middle")
struct DamageTests {
    @Test(
        "gives the frames that PyAV gives, and names the others",
        arguments: Variant.damaged)
    func damaged(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let timeline = try MediaProbe.probe(path: path).timeline
        let reference = try PyAV.decode(path)
        let times = Reading.microseconds(timeline)
        var pictures: [Int64: RGBFrame] = [:]
        for frame in reference.frames {
            let time = try #require(frame.microseconds)
            pictures[time] = frame.picture
            // It is given or named below: all frames of the timeline are asked for.
            #expect(times.contains(time), "a frame that PyAV gives at \(time)")
        }
        // The hole is in the middle; a clip that begins after it is as if there were none.
        for first in [0, timeline.count - 20] {
            let (frames, missing) = try Reading.frames(of: path, from: first, Array(0..<timeline.count - first))
            let given = (first..<timeline.count).filter { !missing.contains($0 - first) }
            try #require(frames.count == given.count)
            for (index, frame) in zip(given, frames) {
                let picture = try #require(pictures[times[index]], "frame \(index), which PyAV does not give")
                let distance = Reading.difference(frame, picture)
                #expect(distance <= CorpusTests.tolerance, "frame \(index) is \(distance) away")
            }
            if first > 0 { #expect(missing.isEmpty) }
            // Frames whose packets are not there at all have no number that could be named.
            if first == 0, variant != .gapTS { #expect(!missing.isEmpty) }
            #expect(missing.count < 40)
        }
    }
}
