import Foundation
import Testing

@Suite("Filters and checks on the command line")
struct FilterCommandTests {
    private static let clip = "11111111-1111-5111-8111-111111111111"

    /// An output of two windows that differ in what filters look at: one of 4 seconds and three words, one of 6 and four.
    private func output() throws -> Folder {
        let folder = try Folder()
        try folder.write(
            """
            {"span_uuid": "\(Self.clip)", "source_video": "in/bikes.mp4", "duration_span": [0.0, 10.0],
             "width_source": 640, "height_source": 272, "framerate_source": 25.0, "num_frames": 250, "valid": true,
             "windows": [
               {"start_frame": 0, "end_frame": 99, "qwen_caption": "Cyclists ride by.", "status": "success",
                "prompt_tokens": 100, "output_tokens": 30, "seconds": 1.5},
               {"start_frame": 100, "end_frame": 249, "qwen_caption": "A watermark covers everything.",
                "status": "success", "prompt_tokens": 100, "output_tokens": 60, "seconds": 3.25}]}
            """, "out/metas/v0/\(Self.clip).json")
        try folder.write("RIFF", "out/previews/\(Self.clip)/0_99.webp")
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        try FileManager.default.setAttributes(
            [.modificationDate: date], ofItemAtPath: folder.path("out/metas/v0/\(Self.clip).json"))
        return folder
    }

    private func export(_ folder: Folder, _ options: [String]) async throws -> Command.Outcome {
        try await Command.run(
            Command.path, ["export", folder.path("out"), "--format", "srt", "--dry-run"] + options, folder: folder.url)
    }

    private func review(_ folder: Folder, _ options: [String]) async throws -> Command.Outcome {
        let page = folder.path("\(UUID().uuidString).html")
        return try await Command.run(
            Command.path, ["review", folder.path("out"), "--export-html", page] + options, folder: folder.url)
    }

    @Test("each filter of an export leaves what it says")
    func filters() async throws {
        let folder = try output()
        let expected: [([String], Int)] = [
            ([], 2), (["--words", "3"], 1), (["--words", "-4"], 2), (["--words", "5-"], 0),
            (["--length", "18-"], 1), (["--tokens", "30-60"], 2), (["--tokens", "31-60"], 1),
            (["--seconds", "1.5-3"], 1), (["--duration", "5-"], 1), (["--clip-length", "10"], 2),
            (["--clip-length", "-9.5"], 0), (["--video-resolution", "640x272"], 2),
            (["--video-resolution", "272x640"], 0), (["--preview"], 1), (["--no-preview"], 1),
            (["--written", "1700000000-1700000000"], 2), (["--written", "1700000001-"], 0),
            (["--word", "cyclists"], 1), (["--word", "cyclist"], 0), (["--word", "ride by", "--word", "cyclists"], 1),
            (["--rating", "0", "--no-edited", "--tokens", "60"], 1),
        ]
        for (options, count) in expected {
            let run = try await export(folder, options)
            #expect(run.status == 0, "\(options): \(run.errors)")
            #expect(run.output.contains("subtitles of \(count) windows"), "\(options): \(run.output)")
        }
    }

    @Test(
        "what is no range and no size is refused, naming the option",
        arguments: [
            ["--words", "many"], ["--tokens", "5-3"], ["--seconds", "1-2-3"], ["--written", "today"],
            ["--clip-length", "-"], ["--video-resolution", "wide"], ["--words", "3.2-3.4"],
        ])
    func refused(_ options: [String]) async throws {
        let folder = try output()
        let run = try await export(folder, options)
        #expect(run.status == 64 && run.errors.contains(options[0]), "\(run.errors)")
    }

    @Test("what is chosen of the checks in a review is what an export goes by, until it is chosen otherwise")
    func checks() async throws {
        let folder = try output()
        let words = try folder.write("\u{feff}# stock\r\n\r\n  WATERMARK  \r\n", "words.txt")
        let banned = ["--flag", "banned_word"]
        let chosen = try await review(
            folder, ["--banned-words", words, "--caption-words", "4-100", "--language", "any"])
        #expect(chosen.status == 0, "\(chosen.errors)")
        #expect(try await export(folder, banned).output.contains("subtitles of 1 windows"))
        #expect(try await export(folder, ["--flag", "short"]).output.contains("subtitles of 1 windows"))
        let plain = try await review(folder, [])
        #expect(plain.status == 0, "\(plain.errors)")
        #expect(try await export(folder, banned).output.contains("subtitles of 1 windows"))
        let none = try folder.write("\n", "none.txt")
        #expect(try await review(folder, ["--banned-words", none]).status == 0)
        #expect(try await export(folder, banned).output.contains("subtitles of 0 windows"))
        #expect(try await export(folder, ["--flag", "short"]).output.contains("subtitles of 1 windows"))
    }

    @Test(
        "what cannot be chosen is refused in one sentence, and nothing is kept",
        arguments: [
            (["--banned-words", "missing.txt"], "'missing.txt', cannot be read: No such file"),
            (["--banned-words", "out"], "'out', cannot be used: it is no file"),
            (["--banned-words", "odd.txt"], "its line 2, '***', is no word"),
            (["--banned-words", "bytes.txt"], "no text in UTF-8"),
            (["--language", "english"], "two letters"), (["--caption-words", "5"], "5-400"),
            (["--caption-words", "9-5"], "--caption-words"),
        ])
    func wrongChecks(_ options: [String], _ words: String) async throws {
        let folder = try output()
        try folder.write("stock\n***\n", "odd.txt")
        try Data([0xff, 0xfe, 0x41]).write(to: folder.url.appending(path: "bytes.txt"))
        let run = try await review(folder, options)
        #expect(run.status == 64 && run.errors.contains(words), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out/.shotlist/review.sqlite")))
    }
}
