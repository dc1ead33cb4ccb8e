import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Frames of the corpus are PyAV's")
struct CorpusTests {
    /// How far a frame may be from PyAV's, on average over its values of 0 to 255.
    static let tolerance = 1.5

    @Test("the corpus is the files that the tests know, and each says what is odd about it")
    func manifest() throws {
        let manifest = try Footage.manifest()
        #expect(manifest.map(\.name).sorted() == Variant.allCases.map(\.rawValue).sorted())
        #expect(manifest.allSatisfy { !$0.oddity.isEmpty })
        for variant in Variant.allCases {
            #expect(FileManager.default.fileExists(atPath: try Footage.path(of: variant)), "\(variant.rawValue)")
        }
    }

    @Test(
        "as many, the right ones, in their colours, from the beginning and after a seek",
        arguments: Variant.wholeAndStandard)
    func frames(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let (metadata, timeline, warnings) = try MediaProbe.probe(path: path)
        let reference = try PyAV.decode(path)
        // An edit list hides frames from both; a frame that cannot be decoded, since the file begins after what it
        // refers to, is given by neither.
        try #require(timeline.count == reference.count)
        #expect(metadata.numFrames == reference.count)
        #expect(metadata.rotation == reference.rotation)
        let likeness = Likeness(to: reference.shown, tolerance: Self.tolerance)
        #expect(likeness.distinct >= reference.count / 2, "a slip by one would be seen")
        for (first, step) in [(0, 1), (0, 7), (23, 11), (61, 3), (max(0, reference.count - 3), 1)]
        where first < reference.count {
            let indices = Array(stride(from: 0, to: reference.count - first, by: step))
            let (frames, missing) = try Reading.frames(of: path, from: first, indices)
            #expect(missing.isEmpty)
            let places = indices.map { first + $0 }
            #expect(likeness.faults(of: frames, at: places) == [])
            Measured.note("standard", likeness.farthest(of: frames, at: places))
            // The comparison itself must see a slip.
            if places.count > 3 {
                #expect(!likeness.faults(of: Array(frames.dropLast()), at: Array(places.dropFirst())).isEmpty)
            }
        }
        expectWarnings(warnings, of: variant)
    }

    /// What is odd about the file's pictures is told, and nothing that is not so.
    private func expectWarnings(_ warnings: [String: String], of variant: Variant) {
        #expect((warnings["hdr"] != nil) == Variant.highDynamicRange.contains(variant))
        #expect((warnings["interlaced"] != nil) == Variant.interlacedOnes.contains(variant))
        #expect((warnings["alpha"] != nil) == Variant.transparent.contains(variant))
        #expect((warnings["sample_aspect_ratio"] != nil) == (variant == .pixelRatio))
        #expect((warnings["starts_late"] != nil) == [.hevcCRA, .hevcCRATS].contains(variant))
    }

    @Test("the count is the true one, whatever the header promises")
    func counts() throws {
        for variant in [Variant.countTooHighAVI, .countTooLowAVI, .countWrongMKV, .countTooHigh] {
            #expect(try MediaProbe.probe(path: Footage.path(of: variant)).metadata.numFrames == 132)
        }
        // The headers do promise something else.
        #expect(try FFmpeg.streamEntry("nb_frames", of: Footage.path(of: .countTooHighAVI)) == "500")
        #expect(try FFmpeg.streamEntry("nb_frames", of: Footage.path(of: .countTooLowAVI)) == "50")
        #expect(try FFmpeg.streamEntry("nb_frames", of: Footage.path(of: .countTooHigh)) == "500")
    }

    @Test(
        "HDR looks as ffmpeg's zscale and tonemap show it, which is not how it is stored",
        arguments: Variant.highDynamicRange)
    func toneMapped(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let (metadata, timeline, warnings) = try MediaProbe.probe(path: path)
        let reference = try FFmpeg.frames(of: path, size: metadata.size, filter: FFmpeg.toneMapping)
        try #require(timeline.count == reference.count)
        // A tone that is off everywhere may be nearer to a neighbour that is little darker or lighter.
        let likeness = Likeness(to: reference, tolerance: 4, leastStep: 1)
        #expect(likeness.distinct >= reference.count / 2, "a slip by one would be seen")
        let untouched = try PyAV.decode(path)
        #expect(untouched.count == reference.count)
        let dull = zip(untouched.shown, reference).filter { Reading.difference($0, $1) > 4 }
        #expect(dull.count >= reference.count * 9 / 10, "frames without tone mapping would be seen")
        for (first, step) in [(0, 7), (61, 3)] {
            let indices = Array(stride(from: 0, to: reference.count - first, by: step))
            let (frames, missing) = try Reading.frames(of: path, from: first, indices)
            #expect(missing.isEmpty)
            let places = indices.map { first + $0 }
            #expect(likeness.faults(of: frames, at: places) == [])
            Measured.note("hdr", likeness.farthest(of: frames, at: places))
        }
        expectWarnings(warnings, of: variant)
    }
}
