import Foundation
import ShotlistCore
import ShotlistExport
import TestReaders
import Testing

@Suite("Captions as subtitles")
struct SubtitleTests {
    private static let hard = "A <b>bold</b> sign & a \"quote\"\n\n00:00:01,000 --> 00:00:02,000"

    private func windows(_ output: SmallOutput, _ sources: [String]) throws -> [ExportWindow] {
        try sources.flatMap { source in
            [
                try output.window(SmallOutput.bikes, 100, 249, Self.hard, source: source),
                try output.window(SmallOutput.bikes, 0, 99, "First words", source: source),
            ]
        }
    }

    @Test(
        "cues are in order, and no word of a caption reads as more than words",
        arguments: [
            (.srt, "A <b>bold</b> sign & a \"quote\"\n00:00:01,000 -> 00:00:02,000"),
            (.vtt, "A <b>bold</b> sign & a \"quote\"\n00:00:01,000 --> 00:00:02,000"),
        ] as [(ExportFormat, String)])
    func cues(_ format: ExportFormat, _ second: String) async throws {
        let output = try SmallOutput()
        let report = try await SubtitleExport(settings: ExportSettings(format)).write(
            try windows(output, ["videos/sub/a.mp4"]), to: output.place("set"))
        #expect(output.files("set") == ["manifest.json", "videos/sub/a.\(format.rawValue)"])
        #expect(report.clips == [.train: 2])
        let file = output.place("set/videos/sub/a.\(format.rawValue)")
        // Line by line, and as FFmpeg's libraries read it for players.
        for reader in ["subtitles", "libav-subtitles"] {
            let cues = try Checkout.read(reader, file, as: Checkout.Cue.self)
            #expect(
                cues == [
                    Checkout.Cue(start: 0, end: 4, caption: "First words"),
                    Checkout.Cue(start: 4, end: 10, caption: second),
                ], "\(reader)")
        }
    }

    @Test(
        "no arrow is left that would read as a cue's times",
        arguments: [("--->", "->"), ("a ------> b", "a -> b"), ("-->\u{338}", "->\u{338}"), ("-> --", "-> --")])
    func arrows(_ words: String, _ written: String) async throws {
        let output = try SmallOutput()
        let windows = [try output.window(SmallOutput.bikes, 0, 99, words, source: "a.mp4")]
        _ = try await SubtitleExport(settings: ExportSettings(.srt)).write(windows, to: output.place("set"))
        let text = "1\n00:00:00,000 --> 00:00:04,000\n\(written)\n"
        #expect(try Array(output.data("set/a.srt")) == Array(text.utf8))
    }

    @Test("the same subtitles are the same bytes, in whatever order windows come", arguments: [ExportFormat.srt, .vtt])
    func repeatable(_ format: ExportFormat) async throws {
        let output = try SmallOutput()
        let found = try windows(output, ["x/d.mp4", "x/d.mov", "y/e.mp4"])
        let subtitles = try SubtitleExport(settings: ExportSettings(format))
        _ = try await subtitles.write(found, to: output.place("one"))
        _ = try await subtitles.write(found.reversed(), to: output.place("two"))
        #expect(output.files("one").count == 4 && output.files("one") == output.files("two"))
        for file in output.files("one") {
            #expect(try output.data("one/\(file)") == output.data("two/\(file)"), "\(file)")
        }
    }

    @Test("videos whose names become each other's get files of their own")
    func names() async throws {
        let output = try SmallOutput()
        _ = try await SubtitleExport(settings: ExportSettings(.srt)).write(
            try windows(output, ["d.mov", "d.mp4", "d.mov.mp4"]), to: output.place("set"))
        let files = output.files("set")
        #expect(files.count == 4 && files.contains("d.mp4.srt") && files.contains("d.mov.mp4.srt"))
        // The third has digits of its path's hash.
        #expect(files.contains("d.mov.\(ContentHash.sha256("d.mov").prefix(8)).srt"))
    }

    @Test("beside the videos, two of one folder never share a file, whatever their paths below the inputs")
    func besideTwice() async throws {
        let output = try SmallOutput()
        let videos = output.folder.appending(path: "in/sub")
        try FileManager.default.createDirectory(at: videos, withIntermediateDirectories: true)
        var found: [ExportWindow] = []
        for (name, below) in [("a.mp4", "sub/a.mp4"), ("a.mov", "a.mov")] {
            try Data().write(to: videos.appending(path: name))
            var window = try output.window(
                SmallOutput.bikes, 0, 99, "Words of \(name)", source: videos.appending(path: name).path)
            window.relativePath = below
            found.append(window)
        }
        _ = try await SubtitleExport(settings: ExportSettings(.srt)).writeBesideVideos(found, replaces: false)
        for name in ["a.mp4", "a.mov"] {
            #expect(try output.text("in/sub/\(name).srt").contains("Words of \(name)"))
        }
    }

    @Test("paths of records lead nowhere but below the folder, and two videos never share a file")
    func paths() async throws {
        let output = try SmallOutput()
        let sources = ["../../etc/a.mp4", "/etc/b.mp4", "x/./c.mp4", "x/d.mp4", "x/d.mov", ".hidden"]
        _ = try await SubtitleExport(settings: ExportSettings(.srt)).write(
            try windows(output, sources), to: output.place("set"))
        #expect(
            output.files("set") == [
                ".hidden.srt", "__/__/etc/a.srt", "etc/b.srt", "manifest.json", "x/c.srt", "x/d.mov.srt", "x/d.mp4.srt",
            ])
        #expect(try FileManager.default.contentsOfDirectory(atPath: output.folder.path).sorted() == ["out", "set"])
    }

    @Test("beside the videos, words of others are not written over unless that is asked for")
    func beside() async throws {
        let output = try SmallOutput()
        let videos = output.folder.appending(path: "in")
        try FileManager.default.createDirectory(at: videos, withIntermediateDirectories: true)
        for name in ["a.mp4", "b.mp4"] { try Data().write(to: videos.appending(path: name)) }
        let found = try windows(output, ["a.mp4", "b.mp4"].map { videos.appending(path: $0).path })
        let subtitles = try SubtitleExport(settings: ExportSettings(.vtt))
        try Data("mine".utf8).write(to: videos.appending(path: "b.vtt"))
        let error = await #expect(throws: ShotlistError.self) {
            try await subtitles.writeBesideVideos(found, replaces: false)
        }
        #expect(error?.code == .exportRefused)
        // All are looked at before one is written.
        #expect(output.files("in") == ["a.mp4", "b.mp4", "b.vtt"])
        _ = try await subtitles.writeBesideVideos(found, replaces: true)
        #expect(output.files("in") == ["a.mp4", "a.vtt", "b.mp4", "b.vtt"])
        #expect(try output.text("in/b.vtt").hasPrefix("WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nFirst words\n"))
        _ = try await subtitles.writeBesideVideos(found, replaces: false)
        _ = await #expect(throws: ShotlistError.self) {
            try await subtitles.writeBesideVideos(
                try windows(output, [videos.appending(path: "gone.mp4").path]), replaces: true)
        }
    }

    @Test("subtitles have neither clips nor parts")
    func settings() throws {
        var settings = ExportSettings(.srt)
        settings.validation = try ValidationSplit(share: 0.1)
        #expect(throws: ShotlistError.self) { try SubtitleExport(settings: settings) }
        #expect(throws: ShotlistError.self) { try SubtitleExport(settings: ExportSettings(.csv)) }
    }
}
