import Foundation
import Testing

@Suite("shotlist export")
struct ExportCommandTests {
    private static let clip = "11111111-1111-5111-8111-111111111111"

    /// An output as a run leaves it: a record of a clip with two windows, and the clip's file.
    private func output() throws -> Folder {
        let folder = try Folder()
        try folder.add("bikes", "out/clips/\(Self.clip).mp4")
        try folder.write(
            """
            {"span_uuid": "\(Self.clip)", "source_video": "in/bikes.mp4", "duration_span": [0.0, 10.0],
             "width_source": 640, "height_source": 272, "framerate_source": 25.0, "num_frames": 250, "valid": true,
             "windows": [
               {"start_frame": 0, "end_frame": 127, "qwen_caption": "Cyclists ride by.", "status": "success"},
               {"start_frame": 128, "end_frame": 249, "status": "error", "reason": "engine_failed"}]}
            """, "out/metas/v0/\(Self.clip).json")
        return folder
    }

    @Test("what is said before, and what is there after")
    func sidecar() async throws {
        let folder = try output()
        let common = ["export", folder.path("out"), "--format", "sidecar", "--trigger", "sks style."]
        let needs = ["--frames", "8n+1", "--fps", "24", "--sides", "32", "--to", folder.path("set")]
        let dry = try await Command.run(Command.path, common + needs + ["--dry-run"])
        #expect(dry.status == 0, "\(dry.errors)")
        #expect(dry.output.contains("would export  1 clips") && dry.output.contains("(no_caption)"), "\(dry.output)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("set")))
        let run = try await Command.run(Command.path, common + needs)
        #expect(run.status == 0, "\(run.errors)")
        // What is left out is said before it is written, and not once more after.
        let said = run.output.components(separatedBy: "(no_caption)")
        #expect(said.count == 2 && said.last?.contains("exported") == true, "\(run.output)")
        let name = "\(Self.clip)_0_127"
        #expect(
            folder.files().filter { $0.hasPrefix("set/") } == [
                "set/\(name).mp4", "set/\(name).txt", "set/manifest.json",
            ])
        let words = try String(contentsOf: folder.url.appending(path: "set/\(name).txt"), encoding: .utf8)
        #expect(words == "sks style. Cyclists ride by.\n")
        let manifest = try folder.json("set/manifest.json")
        #expect((manifest["dropped"] as? [String: Int]) == ["no_caption": 1])
        // A second time the folder is not empty.
        let again = try await Command.run(Command.path, common + needs)
        #expect(again.status == 1 && again.errors.contains("not empty"), "\(again.errors)")
    }

    @Test("filters choose windows, and subtitles need no clips")
    func subtitles() async throws {
        let folder = try output()
        try FileManager.default.removeItem(atPath: folder.path("out/clips"))
        let all = ["export", folder.path("out"), "--format", "srt", "--to"]
        let run = try await Command.run(Command.path, all + [folder.path("subtitles")])
        #expect(run.status == 0, "\(run.errors)")
        #expect(folder.files().contains { $0.hasPrefix("subtitles/") && $0.hasSuffix("bikes.srt") })
        #expect(run.output.contains("(no_caption)"), "\(run.output)")
        let none = try await Command.run(Command.path, all + [folder.path("none"), "--status", "truncated"])
        #expect(none.status == 1 && none.errors.contains("nothing to export"), "\(none.errors)")
    }

    @Test(
        "what cannot be meant is refused with the way out",
        arguments: [
            (["--format", "sidecar"], "--to"),
            (["--format", "sidecar", "--to", "x", "--template", "{words}"], "{caption}"),
            (["--format", "srt", "--frames", "4n+1"], "--frames"),
            (["--format", "csv", "--to", "x", "--rating", "a-b"], "3-5"),
            (["--format", "hf", "--to", "x", "--resolution", "wide"], "832x480"),
            (["--format", "webdataset", "--to", "x", "--shard-size", "big"], "500M"),
            (["--format", "jsonl", "--to", "x", "--validation-share", "2"], "0.1"),
            (["--format", "sidecar", "--to", "s3://bucket/set"], "bucket"),
            (["--format", "srt", "--to", "S3://bucket/set"], "bucket"),
            (["--format", "csv", "--to", "x", "--template", "{caption}", "--trigger", "sks"], "{trigger}"),
        ])
    func refused(_ options: [String], _ words: String) async throws {
        let folder = try output()
        let run = try await Command.run(Command.path, ["export", folder.path("out")] + options, folder: folder.url)
        #expect(run.status == 64 && run.errors.contains(words), "\(run.errors)")
        #expect(!folder.files().contains { !$0.hasPrefix("out/") })
    }

    @Test("records that cannot be read are named and counted, and the exit code tells of them")
    func unreadable() async throws {
        let folder = try output()
        try folder.write("{\"span", "out/metas/v0/half.json")
        let common = ["export", folder.path("out"), "--format", "jsonl", "--to", folder.path("set")]
        let dry = try await Command.run(Command.path, common + ["--dry-run"])
        #expect(dry.status == 2 && dry.errors.contains("half.json"), "\(dry.errors)")
        let run = try await Command.run(Command.path, common)
        #expect(run.status == 2 && run.errors.contains("1 record below metas/v0"), "\(run.errors)")
        #expect(try folder.json("set/manifest.json")["unreadable_records"] as? Int == 1)
    }

    @Test("a split warns while it is not known where videos are in the input")
    func unknown() async throws {
        let folder = try output()
        let common = ["export", folder.path("out"), "--format", "jsonl", "--to", folder.path("set"), "--dry-run"]
        let split = common + ["--validation-share", "0.5"]
        let before = try await Command.run(Command.path, split)
        #expect(before.status == 0 && before.errors.contains("processed_videos"), "\(before.errors)")
        #expect(try await Command.run(Command.path, common).errors.isEmpty)
        try folder.write(#"{"video": "in/bikes.mp4"}"#, "out/processed_videos/bikes.mp4.json")
        let after = try await Command.run(Command.path, split)
        #expect(after.status == 0 && after.errors.isEmpty, "\(after.errors)")
    }

    @Test("a folder in the input or in the output is refused, as a dry run says too")
    func places() async throws {
        let folder = try output()
        try folder.add("bikes", "in/bikes.mp4")
        for (place, words) in [("in/set", "in the input"), ("out/set", "in the output")] {
            for more in [["--dry-run"], []] {
                let run = try await Command.run(
                    Command.path, ["export", "out", "--format", "csv", "--to", place] + more, folder: folder.url)
                #expect(run.status == 1 && run.errors.contains(words), "\(run.errors)")
            }
        }
    }

    @Test("an installed program without its environment says what is missing for Parquet")
    func parquet() async throws {
        let folder = try output()
        let program = try folder.copyOfProgram()
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["export", folder.path("out"), "--format", "parquet", "--to", folder.path("set")]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path("home")]
        let run = try await Command.finish(process)
        #expect(run.status == 64 && run.errors.contains("share/shotlist/export"), "\(run.errors)")
    }
}
