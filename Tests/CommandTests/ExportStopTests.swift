import Foundation
import Testing

@Suite("shotlist export is stopped by signals, and leaves nothing", .timeLimit(.minutes(15)))
struct ExportStopTests {
    private static let clip = "11111111-1111-5111-8111-111111111111"

    /// An output with a clip and so many windows that making them takes a while.
    private func output() throws -> Folder {
        let folder = try Folder()
        try folder.add("bikes", "out/clips/\(Self.clip).mp4")
        let windows = (0..<100).map { first in
            "{\"start_frame\": \(first), \"end_frame\": \(first + 149), \"qwen_caption\": \"Words.\", \"status\": \"success\"}"
        }
        try folder.write(
            """
            {"span_uuid": "\(Self.clip)", "source_video": "in/bikes.mp4", "duration_span": [0.0, 10.0],
             "framerate_source": 25.0, "num_frames": 250, "windows": [\(windows.joined(separator: ", "))]}
            """, "out/metas/v0/\(Self.clip).json")
        return folder
    }

    private func process(_ folder: Folder, _ options: [String], _ environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["export", folder.path("out"), "--to", folder.path("set"), "--threads", "1"] + options
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        return process
    }

    private func expectNothing(_ folder: Folder) {
        #expect(!folder.files().contains { $0.hasPrefix("set") })
        #expect(!FileManager.default.fileExists(atPath: folder.path("set.part")))
    }

    @Test("while clips are made", arguments: [SIGINT, SIGTERM])
    func clips(_ number: Int32) async throws {
        let folder = try output()
        let (run, time) = try await Command.interrupt(
            process(folder, ["--format", "sidecar", "--fps", "24"]), by: [number]
        ) { folder.files().contains { $0.hasPrefix("set.part/") && $0.hasSuffix(".mp4") } }
        #expect(run.status == 130, "\(run.status) \(run.errors)")
        #expect(time < .seconds(20))
        expectNothing(folder)
    }

    @Test("while another program writes a file, which ends with what it has started")
    func parquet() async throws {
        let folder = try output()
        let python = try folder.write(
            """
            #!/bin/sh
            sleep 600 &
            echo $! > "\(folder.path("child.tmp"))"
            mv "\(folder.path("child.tmp"))" "\(folder.path("child"))"
            wait
            """, "python")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
        let (run, time) = try await Command.interrupt(
            process(folder, ["--format", "parquet", "--clips", "none"], ["SHOTLIST_EXPORT_PYTHON": python])
        ) { folder.files().contains("child") }
        #expect(run.status == 130, "\(run.status) \(run.errors)")
        #expect(time < .seconds(20))
        expectNothing(folder)
        let text = try String(contentsOfFile: folder.path("child"), encoding: .utf8)
        let child = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        try await Command.onThread { Command.wait { Self.hasEnded(child) } }
        #expect(Self.hasEnded(child))
    }

    /// Whoever takes in children that lost their parent may leave one that has ended as a zombie.
    private static func hasEnded(_ process: Int32) -> Bool {
        let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return state.isEmpty || state.contains(") Z ")
    }

    @Test("what a kill leaves is cleared away by the next export")
    func killed() async throws {
        let folder = try output()
        let options = ["--format", "sidecar", "--fps", "24"]
        let (run, _) = try await Command.interrupt(process(folder, options), by: [SIGKILL]) {
            folder.files().contains { $0.hasPrefix("set.part/") && $0.hasSuffix(".mp4") }
        }
        #expect(run.status == SIGKILL && FileManager.default.fileExists(atPath: folder.path("set.part")))
        let next = try await Command.finish(process(folder, ["--format", "jsonl", "--clips", "none"]))
        #expect(next.status == 0, "\(next.errors)")
        #expect(folder.files().contains("set/captions.jsonl"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("set.part")))
    }
}
