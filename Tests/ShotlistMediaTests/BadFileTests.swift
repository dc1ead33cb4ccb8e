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

    @Test("a mov file whose pictures are in another file does not make that file be read")
    func externalReference() throws {
        // QuickTime's data reference: flag 0 of `url ` says that the data are not in this file.
        let file = Footage.newFile(".mov")
        try FFmpeg.run(["-i", Footage.bunny, "-c", "copy", "-an", "-f", "mov", file.path])
        var bytes = try Data(contentsOf: file)
        let entry = try #require(bytes.range(of: Data("dref".utf8)))
        // version and flags (4), entry count (4), then the entry: size (4), type (4), version and flags (4).
        let flags = entry.upperBound + 4 + 4 + 4 + 4
        #expect(bytes[flags + 3] == 1)
        bytes[flags + 3] = 0
        bytes.replaceSubrange(flags - 4..<flags, with: Data("alis".utf8))
        try bytes.write(to: file)
        do throws(ShotlistError) {
            let frames = try MediaProbe.probe(path: file.path).timeline.count
            // Data of this very file are all that may be found.
            #expect(frames <= 132)
        } catch {
            #expect(error.message.contains(file.path))
        }
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
}
