import Foundation
import Testing

@Suite("shotlist run --join", .timeLimit(.minutes(15)))
struct JoinCommandTests {
    private static let flags = [
        "--captioning-algorithm", "demo", "--generate-captions", "--generate-previews", "--transcode-encoder", "copy",
        "--captioning-window-size", "32", "--captioning-remainder-threshold", "16", "--captioning-batch-size", "1",
        "--fixed-stride-split-duration", "5", "--threads", "1",
    ]

    private func process(_ folder: Folder, _ more: [String] = [], trace: String = "trace.jsonl") -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["run", "--video-dir", "videos", "--output-path", "out"] + Self.flags + more
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging([
            "HF_HUB_OFFLINE": "1", "SHOTLIST_TRACE": folder.path(trace),
        ]) { $1 }
        return process
    }

    /// A folder with some videos, and what an undisturbed run makes of them. Nothing of that run stays.
    private func prepared() async throws -> (folder: Folder, whole: OutputRecords) {
        let folder = try Folder()
        for name in ["a", "b", "c", "d", "e"] { try folder.add("bikes", "videos/\(name).mp4") }
        let run = try await Command.finish(process(folder))
        #expect(run.status == 0, "\(run.errors)")
        let whole = try OutputRecords(folder, "out")
        for name in ["out", "trace.jsonl"] { try FileManager.default.removeItem(atPath: folder.path(name)) }
        return (folder, whole)
    }

    /// A run that nobody listens to, and the captions that it has committed.
    private func quiet(
        _ folder: Folder, _ more: [String], trace: String
    ) -> (process: Process, committed: @Sendable () -> Int) {
        let process = process(folder, more, trace: trace)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let path = folder.path(trace)
        return (process, { TraceFile(path).count("committed") })
    }

    @Test("two processes share the videos: nothing is captioned twice, and the output is that of one")
    func shared() async throws {
        let (folder, whole) = try await prepared()
        let (first, committed) = quiet(folder, [], trace: "one.jsonl")
        let second = process(folder, ["--join"], trace: "two.jsonl")
        let (_, errors) = try Command.redirect(second)
        try await Command.onThread {
            try first.run()
            Command.wait { committed() >= 1 || !first.isRunning }
            try second.run()
            Command.wait { !first.isRunning && !second.isRunning }
        }
        let haveEnded = !first.isRunning && !second.isRunning
        try #require(haveEnded)
        let said = try errors.text()
        #expect(first.terminationStatus == 0)
        #expect(second.terminationStatus == 0, "\(said)")
        let traces = ["one.jsonl", "two.jsonl"].map { TraceFile(folder.path($0)) }
        let asked = traces.map { trace in trace.events.filter { $0.event == "engine_begin" }.map(\.window) }
        #expect(Set(asked[0]).isDisjoint(with: asked[1]) && !asked[1].isEmpty)
        #expect(asked[0].count + asked[1].count == (try folder.json("out/summary.json")["windows"] as? Int))
        #expect(try OutputRecords(folder, "out").differences(from: whole) == [])
    }

    @Test("what a killed process leaves is taken over: no committed caption is asked for again")
    func killed() async throws {
        let (folder, whole) = try await prepared()
        let (first, byFirst) = quiet(folder, ["--join"], trace: "trace.jsonl")
        let (second, bySecond) = quiet(folder, ["--join"], trace: "two.jsonl")
        let third = process(folder, trace: "three.jsonl")
        let (_, errors) = try Command.redirect(third)
        try await Command.onThread {
            try first.run()
            Command.wait { byFirst() >= 1 || !first.isRunning }
            try second.run()
            Command.wait { bySecond() >= 1 || !second.isRunning }
            try third.run()
            Command.wait { !third.isRunning }
            _ = kill(first.processIdentifier, SIGKILL)
            Command.wait { !first.isRunning && !second.isRunning }
        }
        let haveEnded = !first.isRunning && !second.isRunning && !third.isRunning
        try #require(haveEnded)
        let said = try errors.text()
        #expect(third.terminationStatus == 1 && said.contains("--join"), "\(said)")
        #expect(first.terminationReason == .uncaughtSignal)
        #expect(second.terminationStatus == 0)
        let traces = ["trace.jsonl", "two.jsonl"].map { TraceFile(folder.path($0)) }
        let committed = traces.map { trace in trace.events.filter { $0.event == "committed" }.map(\.window) }
        #expect(Set(committed[0]).isDisjoint(with: committed[1]))
        let askedLater = traces[1].events.filter { $0.event == "engine_begin" }.map(\.window)
        #expect(Set(committed[0]).isDisjoint(with: askedLater) && traces[1].askedAgain == [])
        // The next run has the output alone, and removes what the killed one was writing.
        let again = try await Command.finish(process(folder, trace: "four.jsonl"))
        #expect(again.status == 0 && TraceFile(folder.path("four.jsonl")).count("engine_begin") == 0)
        #expect(try OutputRecords(folder, "out").differences(from: whole) == [])
        #expect(!folder.files().contains { $0.contains("worker-") })
    }

    @Test("one with other settings is refused, with what differs; flags that contradict each other are, too")
    func refused() async throws {
        let folder = try Folder()
        for name in ["a", "b", "c", "d", "e", "f", "g", "h"] { try folder.add("bikes", "videos/\(name).mp4") }
        let (first, committed) = quiet(folder, [], trace: "one.jsonl")
        let other = process(folder, ["--join", "--captioning-prompt-text", "Who?"])
        let (_, errors) = try Command.redirect(other)
        try await Command.onThread {
            try first.run()
            Command.wait { committed() >= 1 || !first.isRunning }
            try other.run()
            Command.wait { !other.isRunning }
        }
        let hasBeenRefused = !other.isRunning
        try #require(hasBeenRefused)
        let said = try errors.text()
        #expect(other.terminationStatus == 1, "\(said)")
        #expect(said.contains("captions.prompt differ"), "\(said)")
        for flag in ["--force", "--retry-failed"] {
            #expect(try await Command.finish(process(folder, ["--join", flag])).status == 64)
        }
        let hasEnded = await LocalServer.wait { !first.isRunning }
        try #require(hasEnded)
        #expect(first.terminationStatus == 0)
    }
}
