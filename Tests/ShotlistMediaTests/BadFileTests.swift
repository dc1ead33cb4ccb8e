import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

@Suite("Bad files end with a sentence that names them")
struct BadFileTests {
    /// Probes a file of that content and gives the error.
    private func error(_ content: Data, _ suffix: String = ".mp4") throws -> ShotlistError? {
        let file = Footage.newFile(suffix)
        try content.write(to: file)
        return error(path: file.path)
    }

    private func error(path: String) -> ShotlistError? {
        do throws(ShotlistError) {
            _ = try MediaProbe.probe(path: path)
            return nil
        } catch {
            #expect(error.message.contains(path), "\(error) names the file")
            #expect(!error.remedy.isEmpty)
            return error
        }
    }

    @Test("files that name other files are refused, whatever they are called")
    func playlists() throws {
        let bunny = Footage.bunny
        let scripts = [
            "ffconcat version 1.0\nfile \(bunny)\n",
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:5.28,\n\(bunny)\n#EXT-X-ENDLIST\n",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        ]
        for script in scripts {
            for suffix in [".mp4", ".mkv", ".avi"] {
                let error = try error(Data(script.utf8), suffix)
                #expect(error?.code == .refusedContainer)
                #expect(error?.message.contains("names other files") == true)
            }
        }
        let dash = "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"></MPD>"
        #expect([.refusedContainer, .notAVideo].contains(try error(Data(dash.utf8))?.code))
    }

    @Test("what is no video, or none that can be read")
    func notVideos() throws {
        #expect(try error(Data())?.code == .notAVideo)
        #expect(try error(Data())?.message.contains("empty") == true)
        #expect(try error(Data((1...5000).map { "\($0)\n" }.joined().utf8))?.code == .notAVideo)
        #expect(try error(Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })) != nil)
        #expect(error(path: "/nowhere/at all.mp4")?.code == .unreadable)
        #expect(error(path: Footage.scratch.path)?.code == .unreadable)
        #expect(error(path: Footage.scratch.path)?.message.contains("folder") == true)
    }

    @Test("sound alone, a picture, no frames")
    func withoutFrames() throws {
        let sound = Footage.newFile(".mp4")
        try FFmpeg.run(["-i", Footage.bunny, "-vn", "-c", "copy", sound.path])
        #expect(error(path: sound.path)?.code == .noVideoStream)
        let picture = Footage.newFile(".png")
        try FFmpeg.run(["-i", Footage.bunny, "-frames:v", "1", picture.path])
        #expect(try error(Data(contentsOf: picture))?.code == .refusedContainer)
        let none = Footage.newFile(".mp4")
        let nothing = ["-f", "lavfi", "-i", "color=c=red:s=64x64:d=0", "-c:v", "libx264", "-movflags", "+empty_moov"]
        try FFmpeg.run(nothing + [none.path])
        #expect([.noFrames, .noVideoStream].contains(error(path: none.path)?.code))
    }

    @Test("a file cut off halfway without its index")
    func withoutIndex() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: Footage.bunny))
        #expect(try error(whole.prefix(whole.count / 2))?.code == .notAVideo)
    }

    @Test("a file cut off halfway with its index gives the frames it has, and a warning", arguments: [".mp4", ".mkv"])
    func truncated(_ suffix: String) throws {
        let whole = Footage.newFile(suffix)
        let start = suffix == ".mp4" ? ["-movflags", "+faststart"] : []
        try FFmpeg.run(["-i", Footage.bunny, "-c", "copy"] + start + [whole.path])
        let half = Footage.newFile(suffix)
        let bytes = try Data(contentsOf: whole)
        try bytes.prefix(bytes.count / 2).write(to: half)
        let (metadata, timeline, warnings) = try MediaProbe.probe(path: half.path)
        #expect(warnings["truncated"]?.contains(half.path) == true)
        #expect((40..<100).contains(metadata.numFrames))
        let (frames, missing) = try Reading.frames(of: half.path, from: 0, Array(0..<timeline.count))
        #expect(frames.count + missing.count == timeline.count)
        #expect(missing.count <= 1)
        let reference = try FFmpeg.frames(of: Footage.bunny, size: metadata.size)
        for index in frames.indices.dropLast(2) {
            #expect(Reading.same([frames[index]], [reference[index]]))
        }
    }

    @Test("frames that the file does not give are listed, their neighbours are right")
    func damaged() throws {
        let path = try Footage.path(of: .mjpeg)
        let (metadata, timeline, _) = try MediaProbe.probe(path: path)
        let reference = try FFmpeg.frames(of: path, size: metadata.size)
        let damaged = Footage.newFile(".mov")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let eleventh = try FFmpeg.packetRange(10, of: path)
        bytes.replaceSubrange(eleventh, with: Data(count: eleventh.count))
        try bytes.write(to: damaged)
        #expect(try MediaProbe.probe(path: damaged.path).timeline == timeline)
        let (frames, missing) = try Reading.frames(of: damaged.path, from: 0, Array(5..<15))
        #expect(missing == [10])
        #expect(Reading.same(frames, [5, 6, 7, 8, 9, 11, 12, 13, 14].map { reference[$0] }))
    }

    @Test("a file that begins between key frames gives what follows the first")
    func startsLate() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: Footage.path(of: .mpeg2TS)))
        let late = Footage.newFile(".ts")
        try whole.dropFirst(188 * 900).write(to: late)
        let (metadata, timeline, warnings) = try MediaProbe.probe(path: late.path)
        #expect(warnings["starts_late"] != nil)
        let reference = try FFmpeg.frames(of: late.path, size: metadata.size)
        let (frames, missing) = try Reading.frames(of: late.path, from: 0, Array(0..<timeline.count))
        #expect(missing.isEmpty)
        #expect(Reading.same(frames, reference))
    }

    @Test("no damage ends the process", arguments: [Variant.bFrames, .bFramesMKV, .openGOPTS, .mpeg4AVI, .oddVP9])
    func anyDamage(_ variant: Variant) throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: Footage.path(of: variant)))
        var random = Numbers(state: UInt64(variant.rawValue.utf8.reduce(7) { $0 * 31 + Int($1) }))
        var read = 0
        for round in 0..<12 {
            var bytes = whole
            if round % 4 == 3 { bytes = bytes.prefix(Int(random.next() % UInt64(bytes.count))) }
            // Headers lie at the beginning and at the end.
            let ranges = [0..<min(4000, bytes.count), max(0, bytes.count - 6000)..<bytes.count, 0..<bytes.count]
            let range = ranges[round % 3]
            for _ in 0..<[2, 20, 200][round / 4] where !range.isEmpty {
                bytes[range.lowerBound + Int(random.next() % UInt64(range.count))] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            let file = Footage.newFile("." + (variant.rawValue.split(separator: ".").last ?? "mp4"))
            try bytes.write(to: file)
            do throws(ShotlistError) {
                let (metadata, timeline, _) = try MediaProbe.probe(path: file.path)
                read += 1
                let count = min(30, timeline.count)
                let needs = WindowNeeds(
                    range: FrameRange(start: 0, end: count - 1), modelFrames: Array(0..<count),
                    modelSize: PixelSize(width: 56, height: 28), previewFrames: [0], previewHeight: 32)
                let reader = try WindowReader(
                    path: file.path, timeline: timeline, clipFrames: 0..<timeline.count, windows: [needs], threads: 2)
                let window = try reader.next()
                #expect((window?.modelFrames.count ?? 0) + (window?.missingFrames.count ?? 0) == count)
                _ = try ClipCutter.write(
                    source: file.path, metadata: metadata, timeline: timeline, clipFrames: 0..<count, encoder: .copy,
                    threads: 1, isCancelled: { false }, to: Footage.newFile(".mp4"))
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
        #expect(read > 0, "some damaged files are read")
    }

    /// A generator of numbers that are the same in every run (splitmix64).
    private struct Numbers {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }
}
