import Foundation
import Testing

@Suite("shotlist run goes on where it was killed; shotlist status and verify", .timeLimit(.minutes(15)))
struct ResumeCommandTests {
    private static let flags = [
        "--captioning-algorithm", "demo", "--generate-captions", "--generate-previews", "--transcode-encoder", "copy",
        "--captioning-window-size", "32", "--captioning-remainder-threshold", "16", "--captioning-batch-size", "1",
        "--fixed-stride-split-duration", "5",
    ]

    /// A run over the folder's videos that writes a trace.
    private func process(_ folder: Folder, _ more: [String] = []) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["run", "--video-dir", "videos", "--output-path", "out"] + Self.flags + more
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging([
            "HF_HUB_OFFLINE": "1", "SHOTLIST_TRACE": folder.path("trace.jsonl"),
        ]) { $1 }
        return process
    }

    private func run(_ folder: Folder, _ more: [String] = []) async throws -> Command.Outcome {
        try await Command.finish(process(folder, more))
    }

    private func other(_ folder: Folder, _ arguments: String...) async throws -> Command.Outcome {
        try await Command.run(Command.path, arguments, folder: folder.url)
    }

    /// What an undisturbed run writes. Nothing of it stays.
    private func undisturbed(_ folder: Folder) async throws -> OutputRecords {
        let whole = try await run(folder)
        #expect(whole.status == 0, "\(whole.errors)")
        let records = try OutputRecords(folder, "out")
        for name in ["out", "trace.jsonl"] { try FileManager.default.removeItem(atPath: folder.path(name)) }
        return records
    }

    /// Kills a run when it has committed so many captions.
    private func killRun(_ folder: Folder, committed: Int) async throws {
        let before = TraceFile(folder.path("trace.jsonl")).count("committed")
        let process = process(folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let trace = folder.path("trace.jsonl")
        try await Command.onThread {
            try process.run()
            Command.wait { !process.isRunning || TraceFile(trace).count("committed") >= before + committed }
            _ = kill(process.processIdentifier, SIGKILL)
            Command.wait { !process.isRunning }
        }
        let isGone = !process.isRunning
        try #require(isGone)
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL)
    }

    @Test("killed twice, the same command ends with the output of a run that nothing disturbed")
    func killed() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try folder.add("carphone_pristine", "videos/set/phone.mp4")
        // Enough to do that a kill comes before the end on a busy machine, too.
        for number in 1...6 { try folder.add("bikes", "videos/set/\(number).mp4") }
        let whole = try await undisturbed(folder)
        try await killRun(folder, committed: 2)
        let killed = try await other(folder, "status", "out")
        #expect(killed.status == 2 && killed.output.contains("goes on, or was killed"), "\(killed.output)")
        try await killRun(folder, committed: 2)
        let run = try await run(folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("windows of earlier runs"), "\(run.output)")
        let trace = TraceFile(folder.path("trace.jsonl"))
        #expect(trace.askedAgain == [])
        let summary = try folder.json("out/summary.json")
        #expect(try #require(summary["kept_windows"] as? Int) >= 4)
        #expect(trace.count("committed") <= summary["windows"] as? Int ?? 0)
        #expect(try OutputRecords(folder, "out").differences(from: whole) == [])
        #expect(!folder.files().contains { $0.contains(".tmp") || $0.contains("staging") })

        let status = try await other(folder, "status", "out", "--json")
        #expect(status.status == 0, "\(status.output)")
        let value = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
        #expect(value?["done"] as? Bool == true && value?["windows"] as? Int == summary["windows"] as? Int)
        #expect((value?["runs"] as? [[String: Any]])?.count == 3)
        #expect((value?["videos"] as? [String: Int]) == ["done": 8])
    }

    @Test("files that are lost or changed are found, and made again by the next run alone")
    func verify() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        #expect(try await run(folder).status == 0)
        let whole = try OutputRecords(folder, "out")
        let sound = try await other(folder, "verify", "out")
        #expect(sound.status == 0 && sound.output.contains("files     "), "\(sound.output) \(sound.errors)")

        let names = whole.files.keys.sorted()
        let clip = try #require(names.first { $0.hasPrefix("clips/") })
        let preview = try #require(names.first { $0.hasPrefix("previews/") })
        let record = try #require(names.last { $0.hasPrefix("metas/") })
        try FileManager.default.removeItem(atPath: folder.path("out/" + clip))
        try folder.write("not a picture", "out/" + preview)
        try folder.write("{}", "out/" + record)
        let found = try await other(folder, "verify", "out")
        #expect(found.status == 2)
        #expect(found.output.contains("missing: out/\(clip)"), "\(found.output)")
        #expect(found.output.contains("changed: out/\(preview)") && found.output.contains("changed: out/\(record)"))

        let asked = TraceFile(folder.path("trace.jsonl")).count("engine_begin")
        #expect(try await run(folder).status == 0)
        #expect(TraceFile(folder.path("trace.jsonl")).count("engine_begin") == asked)
        #expect(try OutputRecords(folder, "out").differences(from: whole) == [])
        #expect(try await other(folder, "verify", "out").status == 0)
    }

    @Test("a file that cannot be read is not taken for lost; of records that belong together the missing one is named")
    func unreadable() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        #expect(try await run(folder).status == 0)
        let preview = try #require(folder.files().first { $0.hasPrefix("out/previews/") })
        let chunk = "out/processed_clip_chunks/bikes.mp4_0.json"
        let files = FileManager.default
        try files.moveItem(atPath: folder.path(preview), toPath: folder.path("kept.webp"))
        // A link to itself fails to be read, for an administrator, too.
        try files.createSymbolicLink(atPath: folder.path(preview), withDestinationPath: folder.path(preview))
        try files.moveItem(atPath: folder.path(chunk), toPath: folder.path("kept.json"))
        let found = try await other(folder, "verify", "out")
        #expect(found.status == 2 && found.output.contains("unreadable: \(preview)"), "\(found.output)")
        #expect(found.output.contains("missing: \(chunk)"), "\(found.output)")
        try files.removeItem(atPath: folder.path(preview))
        try files.moveItem(atPath: folder.path("kept.webp"), toPath: folder.path(preview))
        let again = try await other(folder, "verify", "out")
        #expect(again.status == 0 && again.output.contains("files     "), "\(again.output)")
        #expect(try await run(folder).status == 0)
        #expect(folder.files().contains(chunk))
    }

    @Test("a damaged ledger is said, and made again from the records")
    func rebuild() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/set/bikes.mp4")
        #expect(try await run(folder).status == 0)
        let whole = try OutputRecords(folder, "out")
        let asked = TraceFile(folder.path("trace.jsonl")).count("engine_begin")
        try folder.write("no database", "out/.shotlist/ledger.sqlite")
        let refused = try await run(folder)
        #expect(refused.status == 1 && refused.errors.contains("verify --rebuild"), "\(refused.errors)")
        #expect(try await other(folder, "verify", "out").status == 1)

        let rebuilt = try await other(folder, "verify", "out", "--rebuild")
        #expect(rebuilt.status == 0, "\(rebuilt.output) \(rebuilt.errors)")
        #expect(folder.files().contains("out/.shotlist/ledger.sqlite.damaged-1"))
        let again = try await run(folder)
        #expect(again.status == 0, "\(again.errors)")
        #expect(TraceFile(folder.path("trace.jsonl")).count("engine_begin") == asked)
        #expect(try OutputRecords(folder, "out").differences(from: whole) == [])
        #expect(try await other(folder, "verify", "out").status == 0)
        #expect(try await other(folder, "status", "out").status == 0)
    }

    @Test("records whose numbers fit no sum are left aside when a ledger is made again")
    func impossibleNumbers() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        #expect(try await run(folder).status == 0)
        let name = try #require(folder.files().first { $0.hasPrefix("out/metas/v0/") && $0.hasSuffix(".json") })
        let text = try String(contentsOfFile: folder.path(name), encoding: .utf8)
        // A count of tokens that is none is passed over; without its frames a clip's record does not count.
        for (key, number, status) in [
            ("end_frame", Int.max, 2), ("source_num_frames", Int.max, 2), ("prompt_tokens", Int.min, 0),
        ] as [(String, Int, Int32)] {
            let changed = text.replacing(try Regex("\"\(key)\": *[0-9]+"), with: "\"\(key)\": \(number)")
            #expect(changed != text)
            try folder.write(changed, name)
            let rebuilt = try await other(folder, "verify", "out", "--rebuild")
            #expect(rebuilt.status == status, "\(key): \(rebuilt.status) \(rebuilt.errors)")
        }
    }

    @Test("what is done with other settings is done anew, or left and marked, or forced; what contradicts is refused")
    func settings() async throws {
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        #expect(try await run(folder).status == 0)
        let windows = try #require(try folder.json("out/summary.json")["windows"] as? Int)
        let skipped = try await run(folder, ["--captioning-prompt-text", "What?", "--on-existing", "skip"])
        #expect(skipped.status == 0 && skipped.errors.contains("made with other settings"), "\(skipped.errors)")
        #expect(try folder.json("out/summary.json")["outdated_windows"] as? Int == windows)
        let redone = try await run(folder, ["--captioning-prompt-text", "What?"])
        #expect(redone.status == 0, "\(redone.errors)")
        #expect(TraceFile(folder.path("trace.jsonl")).count("engine_begin") == 2 * windows)
        #expect(try await run(folder, ["--captioning-prompt-text", "What?", "--force"]).status == 0)
        #expect(TraceFile(folder.path("trace.jsonl")).count("engine_begin") == 3 * windows)
        let contradictions = [
            ["--force", "--retry-failed"], ["--force", "--on-existing", "append"], ["--on-existing", "keep"],
        ]
        for flags in contradictions { #expect(try await run(folder, flags).status == 64) }
    }

    @Test("status and verify of what is no output say so, and leave nothing there")
    func noOutput() async throws {
        let folder = try Folder()
        try folder.write("mine", "here/notes.txt")
        for arguments in [["status", "here"], ["verify", "here"], ["verify", "here", "--rebuild"]] {
            let outcome = try await Command.run(Command.path, arguments, folder: folder.url)
            #expect(outcome.status == 1 && outcome.errors.contains("'here'"), "\(outcome.errors)")
        }
        #expect(folder.files() == ["here/notes.txt"])
    }
}
