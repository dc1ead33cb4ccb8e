import Foundation
import ShotlistLedger
import Testing

@Suite("shotlist run --only-windows", .timeLimit(.minutes(15)))
struct OnlyWindowsCommandTests {
    private static let flags = [
        "--captioning-algorithm", "demo", "--generate-captions", "--transcode-encoder", "copy",
        "--captioning-window-size", "64", "--captioning-remainder-threshold", "32",
    ]

    private func run(_ folder: Folder, _ more: String...) async throws -> Command.Outcome {
        try await Command.run(
            Command.path, ["run", "--video-dir", "videos", "--output-path", "out"] + Self.flags + more,
            folder: folder.url)
    }

    /// The windows of the output's only clip.
    private func windows(_ folder: Folder) throws -> (clip: String, windows: [[String: Any]]) {
        let name = try #require(folder.files().first { $0.hasPrefix("out/metas/v0/") })
        let record = try folder.json(name)
        return (
            try #require(record["span_uuid"] as? String), try #require(record["windows"] as? [[String: Any]])
        )
    }

    @Test("asked windows have the new prompt's captions, others keep theirs, and the plain command keeps both")
    func selected() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        #expect(try await run(folder).status == 0)
        let (clip, before) = try windows(folder)
        let range = try #require(before.last)
        try folder.write(
            "\(clip)/\(range["start_frame"] as? Int ?? -1)_\(range["end_frame"] as? Int ?? -1)\n", "again.txt")
        let asked = try await run(
            folder, "--only-windows", "again.txt", "--captioning-prompt-text", "What moves?", "--on-existing", "append")
        #expect(asked.status == 0, "\(asked.errors)")
        func prompts() throws -> [String?] { try windows(folder).windows.map { $0["prompt_hash"] as? String } }
        let old = before.map { $0["prompt_hash"] as? String }
        let new = try prompts()
        #expect(new.dropLast() == old.dropLast() && new.last != old.last)
        let history = try windows(folder).windows.last?["caption_history"] as? [[String: Any]]
        #expect(history?.map { $0["prompt_hash"] as? String } == [old.last ?? nil, new.last ?? nil])
        #expect(try await run(folder).status == 0)
        #expect(try prompts() == new)
        let ledger = try await Ledger.open(outputPath: folder.path("out"), program: "test", access: .readOnly)
        let command = try #require(try await ledger.lastCommand())
        try await ledger.close()
        // That of the plain run: the one over some windows says nothing of how the output is made.
        #expect(command.arguments == ["run", "--video-dir", "videos", "--output-path", "out"] + Self.flags)
        #expect(command.folder.hasSuffix(folder.url.lastPathComponent))
        let status = try await Command.shotlist("status", "out", folder: folder.url)
        #expect(status.status == 0, "\(status.output)")
        #expect(try picked(folder) == old.indices.map { $0 == old.count - 1 })
    }

    @Test("a ledger that is made again from the records knows which windows were asked on purpose")
    func rebuilt() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        #expect(try await run(folder).status == 0)
        let (clip, before) = try windows(folder)
        try folder.write("\(clip)/0_\(before.first?["end_frame"] as? Int ?? -1)\n", "again.txt")
        #expect(try await run(folder, "--only-windows", "again.txt", "--captioning-prompt-text", "Who?").status == 0)
        let new = try windows(folder).windows.map { $0["prompt_hash"] as? String }
        #expect(new != before.map { $0["prompt_hash"] as? String })
        let verified = try await Command.shotlist("verify", "out", "--rebuild", folder: folder.url)
        #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
        #expect(try await run(folder).status == 0)
        #expect(try windows(folder).windows.map { $0["prompt_hash"] as? String } == new)
        #expect(try picked(folder) == before.indices.map { $0 == 0 })
        #expect(try await run(folder, "--force").status == 0)
        #expect(try picked(folder) == before.map { _ in false })
    }

    private func picked(_ folder: Folder) throws -> [Bool] {
        try windows(folder).windows.map { $0["picked"] as? Bool == true }
    }

    @Test(
        "what cannot go together is said, and nothing is done",
        arguments: [
            (["--force"], "--force"), (["--join"], "--join"), (["--on-existing", "skip"], "--on-existing skip"),
            (["--dry-run"], "--dry-run"),
        ])
    func refused(_ flags: [String], _ named: String) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try folder.write("00000000-0000-5000-8000-000000000001/0_63\n", "again.txt")
        let outcome = try await Command.run(
            Command.path,
            ["run", "--video-dir", "videos", "--output-path", "out"] + Self.flags + ["--only-windows", "again.txt"]
                + flags,
            folder: folder.url)
        #expect(outcome.status == 64 && outcome.errors.contains(named), "\(outcome.errors)")
        #expect(outcome.errors.contains("--only-windows"))
        #expect(!folder.files().contains { $0.hasPrefix("out/") })
    }
}
