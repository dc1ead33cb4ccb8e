import ShotlistCore
import ShotlistMedia
import Testing

@Suite("A file with a broken middle")
struct DamageTests {
    /// The first frame that a hole may cost: all holes are after it, most in the group of pictures from 48 to 95.
    private static let firstHurt = 45

    @Test("that is AVI with B-frames has the right numbers after the hole, where frames are only counted")
    func counted() throws {
        let intact = try Reading.frames(of: Footage.path(of: .bFramesAVI), from: 0, Array(0..<132)).frames
        try #require(intact.count == 132)
        for threads in [1, 2] {
            let (frames, missing) = try Reading.frames(
                of: Footage.path(of: .brokenAVI), from: 0, Array(0..<132), threads: threads)
            let given = (0..<132).filter { !missing.contains($0) }
            try #require(frames.count == given.count)
            #expect(!missing.isEmpty && missing.allSatisfy { Self.firstHurt..<96 ~= $0 })
            for (index, frame) in zip(given, frames) where !(Self.firstHurt..<96 ~= index) {
                #expect(Reading.difference(frame, intact[index]) == 0, "frame \(index) on \(threads) threads")
            }
        }
    }

    @Test(
        "gives the frames that PyAV gives, on any number of threads as many, and names the others",
        arguments: Variant.damaged)
    func damaged(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let timeline = try MediaProbe.probe(path: path).timeline
        let times = Reading.microseconds(timeline)
        var pictures: [Int64: RGBFrame] = [:]
        for frame in try PyAV.decode(path).frames {
            let time = try #require(frame.microseconds)
            pictures[time] = frame.picture
            #expect(times.contains(time), "a frame that PyAV gives at \(time) has no place")
        }
        // From the beginning, within the damaged group of pictures, and after it, where nothing is wrong any more.
        for first in [0, 61, timeline.count - 20] {
            let wanted = Array(0..<timeline.count - first)
            let (frames, missing) = try Reading.frames(of: path, from: first, wanted, threads: 1)
            let given = (first..<timeline.count).filter { !missing.contains($0 - first) }
            try #require(frames.count == given.count)
            for threads in [2, 5] {
                let other = try Reading.frames(of: path, from: first, wanted, threads: threads)
                #expect(other.missing == missing, "from \(first) on \(threads) threads")
                // Several threads may tell of damage when they have given the first guesses already.
                for (index, pair) in zip(given, zip(other.frames, frames)) where !(Self.firstHurt..<96 ~= index) {
                    #expect(Reading.same([pair.0], [pair.1]), "frame \(index) on \(threads) threads")
                }
            }
            for (index, frame) in zip(given, frames) {
                // FFmpeg 5.1 shows pictures of HEVC whose references are gone; FFmpeg 8, which PyAV brings, does not.
                guard let picture = pictures[times[index]] else {
                    #expect(variant == .brokenHEVC, "frame \(index), which PyAV does not give")
                    continue
                }
                let distance = Reading.difference(frame, picture)
                Measured.note("damaged", distance)
                #expect(distance <= CorpusTests.tolerance, "from \(first), frame \(index) is \(distance) away")
            }
            #expect(missing.allSatisfy { first + $0 >= Self.firstHurt })
            if first == timeline.count - 20 { #expect(missing.isEmpty) }
            // This file has packets that cannot be decoded. Where containers lose the packets themselves, or where a
            // decoder conceals what is wrong, no frame need be missing.
            if first == 0, variant == .brokenHEVC { #expect(!missing.isEmpty) }
        }
    }
}
