import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Written clips show exactly the clip's frames")
struct CutTests {
    /// Writes a clip of a variant and gives it with the frames that ffmpeg shows of the source and of it.
    private func cut(
        _ path: String, _ frames: Range<Int>, _ encoder: ClipEncoder
    ) throws -> (clip: EncodedClip, expected: [RGBFrame], shown: [RGBFrame]) {
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let clip = try ClipCutter.write(
            source: path, metadata: metadata, timeline: timeline, clipFrames: frames, encoder: encoder, threads: 2,
            isCancelled: { false }, to: Footage.newFile(".mp4"))
        let reference = try FFmpeg.frames(of: path, size: metadata.size)
        return (clip, Array(reference[frames]), try FFmpeg.frames(of: clip.file.path, size: clip.size))
    }

    /// Checks that the clip's frames are shown when the source's are, to within the container's precision.
    private func expectSameTimes(_ clip: EncodedClip, _ path: String, _ frames: Range<Int>) throws {
        let timeline = try MediaProbe.probe(path: path).timeline
        let times = try FFmpeg.shownTimes(of: clip.file.path)
        try #require(times.count == frames.count)
        for (time, index) in zip(times, frames) {
            let expected = timeline.time(of: index) - timeline.time(of: frames.lowerBound)
            #expect(abs(time - times[0] - expected) < 0.0005)
        }
        #expect(abs(times[0]) < 0.0005)
    }

    @Test(
        "copied packets, cut between key frames and between B-frames",
        arguments: [
            Variant.bFrames, .bFramesMKV, .openGOP, .openGOPMKV, .openGOPTS, .offset, .offsetTS, .editList,
            .intraRefresh, .variableRate, .variableRateMKV, .rotated90, .tenBit, .hevc, .oddVP9, .mjpeg, .mpeg2TS,
            .plainAVI,
        ])
    func copied(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let count = try MediaProbe.probe(path: path).timeline.count
        for frames in [37..<59, 61..<count, 0..<10] {
            let (clip, expected, shown) = try cut(path, frames, .copy)
            #expect(clip.numFrames == frames.count)
            #expect(Reading.same(shown, expected), "\(frames)")
            try expectSameTimes(clip, path, frames)
        }
    }

    @Test("a window's mp4 bytes", arguments: [Variant.bFrames, .openGOPMKV, .editList, .rotated270])
    func windowBytes(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let file = Footage.newFile(".mp4")
        try ClipCutter.windowMP4(source: path, timeline: timeline, frames: 37..<59).write(to: file)
        let reference = try FFmpeg.frames(of: path, size: metadata.size)
        #expect(Reading.same(try FFmpeg.frames(of: file.path, size: metadata.size), Array(reference[37..<59])))
    }

    @Test(
        "encoded with libx264, whatever the source is",
        arguments: [
            Variant.bFrames, .bFramesAVI, .mpeg4AVI, .openGOPTS, .offsetTS, .editList, .variableRate,
            .variableRateMKV, .rotated90, .rotated180, .rotated270, .tenBit, .odd444, .oddVP9, .vp8, .mjpeg, .bt709,
            .fullRange, .intraRefresh,
        ])
    func x264(_ variant: Variant) throws {
        try checkEncoded(variant, .libx264, codec: "h264")
    }

    @Test("encoded with libvpx-vp9", arguments: [Variant.bFrames, .rotated90, .variableRate, .tenBit])
    func vp9(_ variant: Variant) throws {
        try checkEncoded(variant, .libvpxVP9, codec: "vp9")
    }

    private func checkEncoded(_ variant: Variant, _ encoder: ClipEncoder, codec: String) throws {
        let path = try Footage.path(of: variant)
        let count = try MediaProbe.probe(path: path).timeline.count
        let frames = 37..<min(60, count)
        let (clip, expected, shown) = try cut(path, frames, encoder)
        #expect(clip.videoCodec == codec)
        #expect(clip.size.width % 2 == 0 && clip.size.height % 2 == 0)
        #expect(try FFmpeg.streamEntry("pix_fmt", of: clip.file.path).hasPrefix("yuv"))
        #expect(try FFmpeg.rotation(of: clip.file.path) == 0)
        try #require(shown.count == expected.count)
        for (one, other) in zip(shown, expected) {
            #expect(Reading.difference(one, Reading.cropped(other, to: clip.size)) < 6)
        }
        try expectSameTimes(clip, path, frames)
    }

    @Test("sound is copied, and lies where it lay", arguments: [ClipEncoder.copy, .libx264])
    func sound(_ encoder: ClipEncoder) throws {
        let (metadata, timeline, _) = try MediaProbe.probe(path: Footage.bunny)
        let clip = try ClipCutter.write(
            source: Footage.bunny, metadata: metadata, timeline: timeline, clipFrames: 40..<90, encoder: encoder,
            threads: 2, isCancelled: { false }, to: Footage.newFile(".mp4"))
        #expect(clip.warnings.isEmpty)
        #expect(try FFmpeg.streamEntry("codec_name", of: clip.file.path, stream: "a:0") == "aac")
        // The same two seconds of sound, decoded, from the source and from the clip.
        let raw = ["-vn", "-ac", "1", "-ar", "8000", "-f", "s16le", "-"]
        let whole = try FFmpeg.run(["-i", Footage.bunny] + raw)
        let part = try FFmpeg.run(["-i", clip.file.path] + raw)
        let from = Int(1.6 * 8000)
        #expect(abs(part.count / 2 - 2 * 8000) < 800)
        let shift = (-200...200).min { a, b in
            mismatch(whole, part, from + a) < mismatch(whole, part, from + b)
        }
        #expect(abs(shift ?? 1000) <= 40, "sound is shifted by \(shift ?? 0) of 8000 samples a second")
    }

    /// How much a second of `part` differs from `whole` when it begins at sample `start` of it.
    private func mismatch(_ whole: Data, _ part: Data, _ start: Int) -> Int {
        func sample(_ data: Data, _ index: Int) -> Int {
            Int(Int16(bitPattern: UInt16(data[index * 2]) | UInt16(data[index * 2 + 1]) << 8))
        }
        return stride(from: 4000, to: 12_000, by: 3).reduce(0) {
            $0 + abs(sample(whole, start + $1) - sample(part, $1))
        }
    }

    @Test("sound that mp4 cannot hold is left out with a warning")
    func soundLeftOut() throws {
        let path = try Footage.path(of: .mjpeg)
        let (clip, _, _) = try cut(path, 3..<20, .copy)
        #expect(clip.warnings["audio"]?.contains("pcm_s16le") == true)
    }

    @Test("what cannot be copied says so, and leaves no file", arguments: [Variant.vp8, .bFramesAVI])
    func uncopyable(_ variant: Variant) throws {
        let path = try Footage.path(of: variant)
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let file = Footage.newFile(".mp4")
        let error = #expect(throws: ShotlistError.self) {
            try ClipCutter.write(
                source: path, metadata: metadata, timeline: timeline, clipFrames: 10..<20, encoder: .copy, threads: 1,
                isCancelled: { false }, to: file)
        }
        #expect(error?.code == .encodeFailed)
        #expect(error?.remedy.contains("libx264") == true)
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test("being cancelled stops at once and leaves no file", arguments: [ClipEncoder.copy, .libx264])
    func cancelled(_ encoder: ClipEncoder) throws {
        let (metadata, timeline, _) = try MediaProbe.probe(path: Footage.bikes)
        let file = Footage.newFile(".mp4")
        let error = #expect(throws: ShotlistError.self) {
            try ClipCutter.write(
                source: Footage.bikes, metadata: metadata, timeline: timeline, clipFrames: 0..<250, encoder: encoder,
                threads: 1, isCancelled: { true }, to: file)
        }
        #expect(error?.code == .cancelled)
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test("a folder that is not there, a full disk, an unknown encoder")
    func refusals() throws {
        let (metadata, timeline, _) = try MediaProbe.probe(path: Footage.bikes)
        // What fails is removed again: a link to the full device, since root could remove the device itself.
        let full = Footage.newFile(".mp4")
        try FileManager.default.createSymbolicLink(atPath: full.path, withDestinationPath: "/dev/full")
        let targets: [(String, [ShotlistError.Code])] = [
            ("/nowhere/clip.mp4", [.writeFailed]), (full.path, [.diskFull]),
        ]
        for (target, codes) in targets {
            let error = #expect(throws: ShotlistError.self) {
                try ClipCutter.write(
                    source: Footage.bikes, metadata: metadata, timeline: timeline, clipFrames: 0..<50, encoder: .copy,
                    threads: 1, isCancelled: { false }, to: URL(fileURLWithPath: target))
            }
            #expect(error.map { codes.contains($0.code) } == true, "\(target): \(String(describing: error))")
        }
        // Only a file that was begun is removed.
        #expect(FileManager.default.fileExists(atPath: "/dev/full"))
        #expect(throws: ShotlistError.self) { try ClipEncoder.named("h265") }
        #expect(try ClipEncoder.named("libvpx-vp9") == .libvpxVP9)
    }
}
