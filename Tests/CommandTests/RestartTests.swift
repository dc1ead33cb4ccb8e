import Foundation
import Testing

@Suite("A run whose process is lost begins again", .timeLimit(.minutes(15)))
struct RestartTests {
    private func process(_ folder: Folder, _ more: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments =
            [
                "run", "--video-dir", "videos", "--output-path", "out", "--captioning-algorithm", "demo",
                "--generate-captions", "--captioning-window-size", "32", "--captioning-remainder-threshold", "16",
                "--captioning-batch-size", "1", "--fixed-stride-split-duration", "5",
            ] + more
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging([
            "HF_HUB_OFFLINE": "1", "SHOTLIST_TRACE": folder.path("trace.jsonl"), "SHOTLIST_RESTART_PAUSE": "0.2",
        ]) { $1 }
        return process
    }

    private func videos() throws -> Folder {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        return folder
    }

    /// The process that a watcher has started: the run.
    private static func child(of parent: Int32) -> Int32? {
        let path = "/proc/\(parent)/task/\(parent)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").first.flatMap { Int32($0) }
    }

    /// Whether a process has ended, waited for or not.
    private static func isGone(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return true }
        // The state comes behind the name, which is in brackets.
        return text.split(separator: ")").last?.split(separator: " ").first == "Z"
    }

    /// Sends the run a signal each time that it has committed another window, so many times.
    private func lose(_ folder: Folder, _ more: [String], times: Int) async throws -> Command.Outcome {
        let process = process(folder, more)
        let (output, errors) = try Command.redirect(process)
        let trace = folder.path("trace.jsonl")
        try await Command.onThread {
            try process.run()
            for number in 1...times {
                Command.wait { !process.isRunning || TraceFile(trace).count("committed") >= number }
                if let child = Self.child(of: process.processIdentifier) { _ = kill(child, SIGKILL) }
                Command.wait {
                    let said = (try? errors.text()) ?? ""
                    return !process.isRunning || said.components(separatedBy: "begins again").count > number
                }
            }
            Command.wait { !process.isRunning }
        }
        return Command.Outcome(
            status: process.terminationStatus, output: try output.text(), errors: try errors.text())
    }

    @Test("it goes on where it stopped, and asks for nothing that is committed again")
    func again() async throws {
        let folder = try videos()
        let run = try await lose(folder, ["--restarts", "3"], times: 2)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("ended by signal 9") && run.errors.contains("(2 of 3)"), "\(run.errors)")
        #expect(TraceFile(folder.path("trace.jsonl")).askedAgain == [])
        let summary = try folder.json("out/summary.json")
        #expect((summary["statuses"] as? [String: Int])?["success"] == summary["windows"] as? Int)
        #expect((summary["kept_windows"] as? Int ?? 0) >= 2)
    }

    @Test("lost too often, it ends and says so; what is finished is kept")
    func tooOften() async throws {
        let folder = try videos()
        let run = try await lose(folder, ["--restarts", "1"], times: 2)
        #expect(run.status == 1 && run.errors.contains("ended by signal 9"), "\(run.status) \(run.errors)")
        let rest = try await Command.finish(process(folder, []))
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(TraceFile(folder.path("trace.jsonl")).askedAgain == [])
    }

    @Test("a signal for the watcher stops the run as ever")
    func stopped() async throws {
        let folder = try videos()
        let trace = folder.path("trace.jsonl")
        let (stopped, time) = try await Command.interrupt(process(folder, ["--restarts", "3"]), by: [SIGTERM]) {
            TraceFile(trace).count("committed") >= 1
        }
        #expect(stopped.status == 130 && stopped.errors.contains("Stopping"), "\(stopped.status) \(stopped.errors)")
        #expect(!stopped.errors.contains("begins again"))
        #expect(time < .seconds(10))
    }

    @Test("a signal for the whole group, which the run hears twice, stops it as ever")
    func group() async throws {
        let folder = try videos()
        let process = process(folder, ["--restarts", "3"])
        let (output, errors) = try Command.redirect(process)
        let trace = folder.path("trace.jsonl")
        try await Command.onThread {
            try process.run()
            Command.wait { !process.isRunning || TraceFile(trace).count("committed") >= 1 }
            for target in [Self.child(of: process.processIdentifier), process.processIdentifier].compactMap(\.self) {
                _ = kill(target, SIGTERM)
            }
            Command.wait { !process.isRunning }
        }
        let said = try errors.text()
        #expect(process.terminationStatus == 130 && said.contains("Stopping"), "\(said)")
        // A run that is ended at once prints no account of itself.
        #expect(try output.text().contains("windows"), "\(said)")
    }

    @Test("a watcher that is killed takes the run with it")
    func killed() async throws {
        let folder = try videos()
        let process = process(folder, ["--restarts", "3"])
        let trace = folder.path("trace.jsonl")
        _ = try Command.redirect(process)
        let isGone = try await Command.onThread {
            try process.run()
            Command.wait { !process.isRunning || TraceFile(trace).count("committed") >= 1 }
            guard let child = Self.child(of: process.processIdentifier) else { return false }
            _ = kill(process.processIdentifier, SIGKILL)
            Command.wait { Self.isGone(child) }
            return Self.isGone(child)
        }
        #expect(isGone)
        let rest = try await Command.finish(self.process(folder, []))
        #expect(rest.status == 0, "\(rest.errors)")
    }

    @Test("a number that is none is refused")
    func refused() async throws {
        let folder = try videos()
        let run = try await Command.finish(process(folder, ["--restarts", "101"]))
        #expect(run.status == 64 && run.errors.contains("101 times"), "\(run.errors)")
    }
}
