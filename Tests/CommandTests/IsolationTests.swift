import Foundation
import ShotlistCore
import ShotlistMedia
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A run of the built program with faults in the processes that read videos.
private struct FaultyRun {
    let folder: Folder
    /// `SHOTLIST_WORKER_FAULT`; nil for none.
    var fault: String?
    var flags = ["--generate-previews", "--transcode-encoder", "copy"]

    func process(_ more: [String] = []) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["run", "--video-dir", "videos", "--output-path", "out", "--threads", "2"] + flags + more
        process.currentDirectoryURL = folder.url
        var environment = ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 }
        environment["SHOTLIST_WORKER_FAULT"] = fault
        process.environment = environment
        return process
    }

    func callAsFunction(_ more: String...) async throws -> Command.Outcome {
        try await Command.finish(process(more))
    }

    /// The windows of all records, by the name of their video.
    func windows() throws -> [String: [[String: Any]]] {
        var found: [String: [[String: Any]]] = [:]
        for name in folder.files() where name.hasPrefix("out/metas/v0/") {
            let record = try folder.json(name)
            let video = URL(filePath: try #require(record["source_video"] as? String)).lastPathComponent
            found[video, default: []] += try #require(record["windows"] as? [[String: Any]])
        }
        return found
    }
}

@Suite("A video that makes its process die costs its clip", .timeLimit(.minutes(10)))
struct IsolationTests {
    private func twoVideos() throws -> Folder {
        let folder = try Folder()
        try folder.add("bikes", "videos/bad.mp4")
        try folder.add("carphone_pristine", "videos/good.mp4")
        return folder
    }

    @Test(
        "what comes out is the same, byte for byte, as when videos are read in one process",
        arguments: ["copy", "libx264"])
    func same(encoder: String) async throws {
        let folder = try twoVideos()
        let run = FaultyRun(
            folder: folder,
            flags: [
                "--captioning-algorithm", "demo", "--generate-captions", "--generate-previews", "--transcode-encoder",
                encoder, "--captioning-window-size", "64", "--captioning-remainder-threshold", "16",
                "--captioning-batch-size", "1",
            ])
        let apart = try await run()
        #expect(apart.status == 0, "\(apart.errors)")
        let records = try OutputRecords(folder, "out")
        #expect(records.files.count > 6)
        try FileManager.default.removeItem(atPath: folder.path("out"))
        let together = try await run("--media-isolation", "none")
        #expect(together.status == 0, "\(together.errors)")
        #expect(try OutputRecords(folder, "out").differences(from: records) == [])
    }

    @Test(
        "a crash, an abort, a hang and a memory bomb: twice tried, then set aside with what happened",
        arguments: [
            ("crash", "signal 11"), ("abort", "signal 6"), ("hang", "no sign of progress"),
            ("memory", "memory has run out"),
        ])
    func quarantined(kind: String, words: String) async throws {
        let folder = try twoVideos()
        var run = FaultyRun(folder: folder, fault: "\(kind):bad.mp4")
        let first = try await run("--media-timeout", kind == "hang" ? "6" : "60", "--media-memory", "512")
        #expect(first.status == 2, "\(first.errors)")
        #expect(first.errors.contains("once more, alone"), "\(first.errors)")
        #expect(first.errors.contains(words), "\(first.errors)")
        let windows = try run.windows()
        let bad = try #require(windows["bad.mp4"])
        #expect(bad.allSatisfy { $0["status"] as? String == "error" && $0["reason"] as? String == "quarantined" })
        #expect(bad.allSatisfy { ($0["reason_text"] as? String)?.contains(words) == true }, "\(bad)")
        let good = try #require(windows["good.mp4"])
        #expect(good.allSatisfy { $0["status"] as? String == "success" })
        // What failed stays as it is until it is to be tried again.
        run.fault = nil
        #expect(try await run().status == 2)
        let mended = try await run("--retry-failed")
        #expect(mended.status == 0, "\(mended.errors)")
        #expect(try run.windows()["bad.mp4"]?.allSatisfy { $0["status"] as? String == "success" } == true)
    }

    @Test("what a second process survives leaves no trace in the output", arguments: ["window", "open", "probe"])
    func once(place: String) async throws {
        let folder = try twoVideos()
        var run = FaultyRun(folder: folder, flags: ["--generate-previews", "--transcode-encoder", "libx264"])
        #expect(try await run().status == 0)
        let whole = try OutputRecords(folder, "out")
        try FileManager.default.removeItem(atPath: folder.path("out"))
        run.fault = "crash-once:bad.mp4:\(place)"
        let faulty = try await run()
        #expect(faulty.status == 0, "\(faulty.errors)")
        #expect(faulty.errors.contains("once more, alone"), "\(faulty.errors)")
        #expect(try OutputRecords(folder, "out").differences(from: whole) == [])
    }

    @Test("windows before the one that kills stay, and those after it are set aside with it")
    func later() async throws {
        let folder = try twoVideos()
        let run = FaultyRun(
            folder: folder, fault: "crash:bad.mp4:window:128",
            flags: [
                "--generate-previews", "--transcode-encoder", "copy", "--captioning-window-size", "64",
                "--captioning-remainder-threshold", "16",
            ])
        #expect(try await run().status == 2)
        let statuses = try #require(try run.windows()["bad.mp4"]).sorted {
            ($0["start_frame"] as? Int ?? 0) < ($1["start_frame"] as? Int ?? 0)
        }.map { $0["status"] as? String }
        #expect(statuses == ["success", "success", "error", "error"])
    }

    @Test("a video that cannot even be probed is a failed video, and its clip's file fails where that is what kills")
    func otherPlaces() async throws {
        let folder = try twoVideos()
        let run = FaultyRun(folder: folder, fault: "crash:bad.mp4:probe,abort:good.mp4:write")
        let outcome = try await run()
        #expect(outcome.status == 2, "\(outcome.errors)")
        let summary = try folder.json("out/summary.json")
        let failed = try #require(summary["failed_videos"] as? [String: String])
        #expect(failed["videos/bad.mp4"]?.contains("set aside") == true, "\(failed)")
        #expect(summary["clips_with_errors"] as? Int == 1)
        #expect(try run.windows()["good.mp4"]?.allSatisfy { $0["status"] as? String == "success" } == true)
        #expect(!folder.files().contains { $0.hasPrefix("out/clips/") })
    }

    @Test("Ctrl-C ends a process that hangs at once")
    func interrupted() async throws {
        let folder = try twoVideos()
        let process = FaultyRun(folder: folder, fault: "hang:bad.mp4,hang:good.mp4").process()
        let (outcome, time) = try await Command.interrupt(process) { Self.workers(of: process).count >= 2 }
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(time < .seconds(10))
    }

    @Test("a run that is killed leaves no process behind, also none that hangs")
    func killed() async throws {
        let folder = try twoVideos()
        let process = FaultyRun(folder: folder, fault: "hang:bad.mp4,hang:good.mp4").process()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let began = await LocalServer.wait { Self.workers(of: process).count >= 2 }
        #expect(began)
        let workers = Self.workers(of: process)
        _ = kill(process.processIdentifier, SIGKILL)
        let areGone = await LocalServer.wait { workers.allSatisfy { kill($0, 0) != 0 || Self.isZombie($0) } }
        #expect(areGone)
    }

    @Test(
        "values out of range",
        arguments: [("--media-timeout", "0"), ("--media-memory", "1"), ("--media-isolation", "x")])
    func wrong(flag: String, value: String) async throws {
        let folder = try twoVideos()
        let outcome = try await FaultyRun(folder: folder)(flag, value)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(flag), "\(outcome.errors)")
    }

    /// Children of a process that read videos.
    private static func workers(of process: Process) -> [pid_t] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { pid_t($0) }.filter { child in
            guard let found = state(of: child), found.parent == process.processIdentifier else { return false }
            return text("/proc/\(child)/cmdline").contains("media-worker")
        }
    }

    private static func isZombie(_ process: pid_t) -> Bool { state(of: process)?.letter == "Z" }

    /// A process's state and parent: they follow its name, which ends with the last bracket.
    private static func state(of process: pid_t) -> (letter: Substring, parent: pid_t)? {
        let text = text("/proc/\(process)/stat")
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 2, let parent = pid_t(fields[2]) else { return nil }
        return (fields[1], parent)
    }

    /// A file of the kernel's, whose size is not told.
    private static func text(_ path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }
}
