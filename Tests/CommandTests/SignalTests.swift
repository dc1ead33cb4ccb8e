import Foundation
import Testing

@Suite("shotlist run is stopped by signals", .timeLimit(.minutes(15)))
struct SignalTests {
    private static let flags = [
        "--captioning-algorithm", "demo", "--generate-captions", "--generate-previews", "--transcode-encoder", "copy",
        "--captioning-window-size", "32", "--captioning-remainder-threshold", "16", "--captioning-batch-size", "1",
        "--fixed-stride-split-duration", "5",
    ]

    /// A run over the folder's videos that writes a trace.
    private func process(_ folder: Folder, _ environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["run", "--video-dir", "videos", "--output-path", "out"] + Self.flags
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging([
            "HF_HUB_OFFLINE": "1", "SHOTLIST_TRACE": folder.path("trace.jsonl"),
        ]) { $1 }.merging(environment) { $1 }
        return process
    }

    private func videos() throws -> Folder {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        return folder
    }

    @Test(
        "one signal or two: what is committed is not asked for again, and the output becomes that of a whole run",
        arguments: SignalTests.heard([[SIGTERM], [SIGHUP], [SIGINT, SIGINT], [SIGTERM, SIGHUP]]))
    func nothingLost(_ signals: [Int32]) async throws {
        let folder = try videos()
        #expect(try await Command.finish(process(folder)).status == 0)
        let whole = try OutputRecords(folder, "out")
        for name in ["out", "trace.jsonl"] { try FileManager.default.removeItem(atPath: folder.path(name)) }
        let trace = folder.path("trace.jsonl")
        let (stopped, time) = try await Command.interrupt(process(folder), by: signals) {
            TraceFile(trace).count("committed") >= 2
        }
        #expect(stopped.status == 130 && stopped.errors.contains("Stopping"), "\(stopped.status) \(stopped.errors)")
        #expect(time < .seconds(10))
        let rest = try await Command.finish(process(folder))
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(TraceFile(trace).askedAgain == [])
        #expect(try folder.json("out/summary.json")["kept_windows"] as? Int ?? 0 >= 2)
        #expect(try OutputRecords(folder, "out").differences(from: whole) == [])
    }

    /// Those signals that a run hears: whoever started these tests with `nohup` has it ignore that one.
    fileprivate static func heard(_ all: [[Int32]]) -> [[Int32]] {
        var action = sigaction()
        _ = sigaction(SIGHUP, nil, &action)
        let isIgnored =
            unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        return isIgnored ? all.filter { !$0.contains(SIGHUP) } : all
    }

    /// What lets every wait for a file on the disk last a minute; folders take no time.
    private func hangingDisk(_ folder: Folder) async throws -> [String: String] {
        let text = """
            #include <sys/stat.h>
            #include <unistd.h>
            int fsync(int file) {
                struct stat found;
                if (fstat(file, &found) != 0 || !S_ISDIR(found.st_mode)) sleep(60);
                return 0;
            }
            int fdatasync(int file) { return fsync(file); }

            """
        let source = try folder.write(text, "hanging.c")
        let library = folder.path("hanging.so")
        let made = try await Command.run(
            "/usr/bin/cc", ["-shared", "-fPIC", "-o", library, source], folder: folder.url)
        try #require(made.status == 0, "\(made.errors)")
        return ["LD_PRELOAD": library]
    }

    @Test("on a disk that hangs, one signal ends a run in ten seconds and says so")
    func hanging() async throws {
        let folder = try videos()
        let hangs = try await hangingDisk(folder)
        let (stopped, time) = try await Command.interrupt(process(folder, hangs), by: [SIGTERM]) {
            folder.files().contains { $0.hasPrefix("out/.shotlist/ledger.sqlite") }
        }
        #expect(stopped.status == 130 && stopped.errors.contains("cut short"), "\(stopped.status) \(stopped.errors)")
        #expect(time > .seconds(8) && time < .seconds(20), "\(time)")
    }

    @Test("on a disk that hangs, a second signal ends a run at once")
    func twice() async throws {
        let folder = try videos()
        let hangs = try await hangingDisk(folder)
        let (stopped, time) = try await Command.interrupt(process(folder, hangs), by: [SIGTERM, SIGTERM]) {
            folder.files().contains { $0.hasPrefix("out/.shotlist/ledger.sqlite") }
        }
        #expect(stopped.status == 130 && !stopped.errors.contains("cut short"), "\(stopped.status) \(stopped.errors)")
        #expect(time < .seconds(8), "\(time)")
    }

    @Test("a hang-up that whoever started the run has ignored does not stop it")
    func nohup() async throws {
        let folder = try videos()
        let process = process(folder)
        process.arguments = ["-c", "trap '' HUP; exec \"$0\" \"$@\"", Command.path] + (process.arguments ?? [])
        process.executableURL = URL(filePath: "/bin/sh")
        let trace = folder.path("trace.jsonl")
        let (run, _) = try await Command.interrupt(process, by: [SIGHUP]) { TraceFile(trace).count("committed") >= 1 }
        #expect(run.status == 0 && !run.errors.contains("Stopping"), "\(run.status) \(run.errors)")
    }
}
