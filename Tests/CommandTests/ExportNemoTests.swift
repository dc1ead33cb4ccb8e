import Foundation
import Testing

/// ShotlistPipelineTests/Fixtures/nemo_output is what NeMo Curator 1.4.0 itself wrote; see the README beside it.
@Suite("shotlist export takes outputs of NeMo Curator")
struct ExportNemoTests {
    private static let clip = "328802ad-c486-5ef7-ae7e-7d60585b8df9"

    private func output() throws -> Folder {
        let folder = try Folder()
        let fixture = Repository.root.appending(path: "Tests/ShotlistPipelineTests/Fixtures/nemo_output")
        try FileManager.default.copyItem(at: fixture, to: folder.url.appending(path: "out"))
        try folder.add("bikes", "out/clips/\(Self.clip).mp4")
        return folder
    }

    private func export(_ folder: Folder, _ format: String) async throws {
        let arguments = ["export", folder.path("out"), "--format", format, "--to", folder.path("set")]
        let run = try await Command.run(Command.path, arguments)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }

    @Test("lines of JSON with the clip's file")
    func jsonl() async throws {
        let folder = try output()
        try await export(folder, "jsonl")
        let row = try folder.json("set/captions.jsonl")
        #expect(row["caption"] as? String == "enhanced caption of frames 0 to 249")
        #expect(row["source"] as? String == "set1/bikes.mp4" && row["model"] as? String == "qwen")
        #expect(row["start"] as? Double == 0 && row["end"] as? Double == 10 && row["frames"] as? Int == 250)
        #expect(row["video"] as? String == "videos/\(Self.clip).mp4")
        let files = FileManager.default
        #expect(
            files.contentsEqual(
                atPath: folder.path("set/videos/\(Self.clip).mp4"), andPath: folder.path("out/clips/\(Self.clip).mp4")))
    }

    @Test("subtitles at the video's path below the input")
    func subtitles() async throws {
        let folder = try output()
        try await export(folder, "srt")
        let text = try String(contentsOfFile: folder.path("set/set1/bikes.srt"), encoding: .utf8)
        #expect(text == "1\n00:00:00,000 --> 00:00:10,000\nenhanced caption of frames 0 to 249\n")
    }
}
