import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A file with a broken middle")
struct DamageTests {
    /// The pictures that PyAV gives, by their time, as far as they are pictures: a decoder guesses what is damaged, and
    /// guesses otherwise when it decodes two frames at once.
    private func pictures(_ path: String) throws -> (given: Set<Int64>, certain: [Int64: RGBFrame]) {
        let frames = try PyAV.decode(path).frames
        let others = try PyAV.decode(path, framesAtOnce: true).frames
        let otherwise = Dictionary(others.map { ($0.microseconds, $0.picture) }) { first, _ in first }
        var given: Set<Int64> = []
        var certain: [Int64: RGBFrame] = [:]
        for frame in frames {
            let time = try #require(frame.microseconds)
            given.insert(time)
            guard let other = otherwise[time], Reading.difference(frame.picture, other) < 0.1 else { continue }
            certain[time] = frame.picture
        }
        return (given, certain)
    }

    @Test("gives the frames that PyAV gives, and names the others", arguments: Variant.damaged)
    func damaged(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let timeline = try MediaProbe.probe(path: path).timeline
        let times = Reading.microseconds(timeline)
        let (expected, certain) = try pictures(path)
        #expect(expected.isSubset(of: times), "a frame that PyAV gives has no place")
        // The hole is in the middle; a clip that begins after it is as if there were none.
        for first in [0, timeline.count - 20] {
            let (frames, missing) = try Reading.frames(of: path, from: first, Array(0..<timeline.count - first))
            let given = (first..<timeline.count).filter { !missing.contains($0 - first) }
            try #require(frames.count == given.count)
            // Every frame is given or named, and few are named: what PyAV gives is given but for single frames that our
            // FFmpeg itself calls broken.
            #expect(missing.filter { expected.contains(times[first + $0]) }.count <= 2)
            var compared = 0
            for (index, frame) in zip(given, frames) {
                guard let picture = certain[times[index]] else { continue }
                let distance = Reading.difference(frame, picture)
                #expect(distance <= CorpusTests.tolerance, "frame \(index) is \(distance) away")
                compared += 1
            }
            #expect(compared >= (first > 0 ? 20 : 60))
            if first > 0 { #expect(missing.isEmpty) }
        }
    }
}
