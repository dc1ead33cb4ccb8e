import Foundation
import Testing

/// `--engine vllm` with a program in vLLM's place (`Tests/Support/fake-vllm.py`).
@Suite("A run that starts its own server", .timeLimit(.minutes(20)))
struct OwnServerCommandTests {
    private static let program = Repository.root.appending(path: "Tests/Support/fake-vllm.py").path

    private func arguments(_ folder: Folder, mode: String) -> [String] {
        [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--generate-captions",
            "--captioning-algorithm", "qwen", "--engine", "vllm", "--vllm-program", Self.program,
            "--vllm-argument=--state", "--vllm-argument", folder.url.path, "--vllm-argument=--mode", "--vllm-argument",
            mode,
        ]
    }

    /// The process that the run started first.
    private func server(_ folder: Folder) throws -> (pid: Int32, words: [String])? {
        guard let text = try? String(contentsOf: folder.url.appending(path: "starts"), encoding: .utf8),
            let line = text.split(separator: "\n").first,
            let start = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
            let pid = start["pid"] as? Int, let words = start["words"] as? [String]
        else { return nil }
        return (Int32(pid), words)
    }

    private func runs(_ pid: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        let state = status.split(separator: ")").last?.split(separator: " ").first
        return state != nil && state != "Z" && state != "X"
    }

    private func start(_ folder: Folder, mode: String) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = arguments(folder, mode: mode)
        return process
    }

    @Test("captions with it, records who answered, and leaves nothing behind")
    func good() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let run = try await Command.run(
            Command.path,
            arguments(folder, mode: "good") + ["--captioning-use-fp8-weights", "--captioning-max-pixels", "200704"])
        #expect(run.status == 0, "\(run.errors)")
        let server = try #require(try server(folder))
        #expect(!runs(server.pid))
        #expect(server.words.contains("fp8"))
        #expect(server.words.contains(#"{"size":{"shortest_edge":75264,"longest_edge":200704}}"#))
        let meta = try #require(folder.files().first { $0.hasPrefix("out/metas/v0/") })
        let window = try #require((try folder.json(meta)["windows"] as? [[String: Any]])?.first)
        #expect(window["qwen_caption"] as? String == "Start 1 answers.")
        #expect(window["model_id"] as? String == "Qwen/Qwen2.5-VL-7B-Instruct")
        #expect(window["model_revision"] as? String == "cc59489")
    }

    @Test("that ends at once ends the run with what it said")
    func broken() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let run = try await Command.run(Command.path, arguments(folder, mode: "broken"))
        #expect(run.status == 1)
        #expect(run.errors.contains("there is no GPU here"))
    }

    @Test("leaves no server behind when Ctrl-C stops it while the model loads")
    func interrupted() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let starts = folder.path("starts")
        let (run, _) = try await Command.interrupt(start(folder, mode: "never")) {
            FileManager.default.fileExists(atPath: starts)
        }
        #expect(run.status == 130, "\(run.errors)")
        #expect(!runs(try #require(try server(folder)).pid))
    }

    @Test("leaves no server behind when it is killed itself")
    func killed() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let process = start(folder, mode: "never")
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        var pid: Int32?
        for _ in 0..<600 where pid == nil {
            pid = try server(folder)?.pid
            try await Task.sleep(for: .milliseconds(50))
        }
        let server = try #require(pid)
        #expect(runs(server))
        kill(process.processIdentifier, SIGKILL)
        for _ in 0..<400 where runs(server) { try await Task.sleep(for: .milliseconds(50)) }
        #expect(!runs(server))
    }

    @Test("is told when what starts it is named for another engine")
    func otherEngine() async throws {
        let run = try await Command.shotlist(
            "run", "--video-dir", "videos", "--output-path", "out", "--generate-captions", "--vllm-program", "vllm")
        #expect(run.status == 64)
        #expect(run.errors.contains("the engine is 'embedded'"))
    }
}
