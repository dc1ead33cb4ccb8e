import Foundation
import ShotlistMetrics
import TestExposition
import Testing

@Suite("shotlist run, watched by its log and its metrics")
struct WatchingTests {
    /// `shotlist run` over the folder's videos with the demo model, ready to be started. Standard error goes to
    /// `log.txt`.
    private func process(_ folder: Folder, _ flags: [String]) throws -> Process {
        let log = folder.url.appending(path: "log.txt")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.currentDirectoryURL = folder.url
        process.arguments =
            [
                "run", "--video-dir", "videos", "--output-path", "out", "--captioning-algorithm", "demo",
                "--generate-captions", "--generate-previews", "--captioning-window-size", "64",
            ] + flags
        process.environment = ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: log)
        return process
    }

    /// The lines of a log, each read by itself.
    private func entries(_ text: String) throws -> [[String: Any]] {
        try #require(text.hasSuffix("\n"))
        return try Data(text.utf8).split(separator: 0x0a, omittingEmptySubsequences: false).dropLast().map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        }
    }

    /// The first port that a log names; nil while there is none.
    private static func port(in log: String) -> Int? {
        guard let start = log.range(of: "Metrics are at http://127.0.0.1:")?.upperBound else { return nil }
        let digits = log[start...].prefix(while: \.isNumber)
        return log[start...].dropFirst(digits.count).hasPrefix("/metrics") ? Int(digits) : nil
    }

    /// The records of all windows of a run.
    private func windows(_ folder: Folder) throws -> [[String: Any]] {
        try folder.files().filter { $0.hasPrefix("out/metas/v0/") }.flatMap { file in
            try #require(try folder.json(file)["windows"] as? [[String: Any]])
        }
    }

    private func metadata(_ entry: [String: Any]) -> [String: Any] { entry["metadata"] as? [String: Any] ?? [:] }

    private func sum(_ key: String, of entries: [[String: Any]]) -> Int {
        entries.compactMap { metadata($0)[key] as? Int }.reduce(0, +)
    }

    @Test("every line is JSON, every window has one, and log, metrics and summary agree", .timeLimit(.minutes(20)))
    func agreement() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try folder.add("carphone_pristine", "videos/phone.mp4")
        // What a person may call a file.
        let name = "two\nlines \"quoted\" \\ \u{1}\u{1b}[31m\u{2028} é 🎬.mp4"
        try #require(
            FileManager.default.createFile(
                atPath: folder.path("videos") + "/" + name, contents: Data("no video".utf8)))
        let process = try process(
            folder, ["--log-format", "json", "--metrics-port", "0", "--metrics-linger", "60", "--verbose"])
        try process.run()
        let log = folder.path("log.txt")
        let hasEnded = await LocalServer.wait {
            !process.isRunning || Self.text(log).contains("\"event\":\"finished\"")
        }
        #expect(hasEnded && process.isRunning, "\(Self.text(log))")
        let port = try #require(Self.port(in: Self.text(log)))
        let scraped = try #require(try HTTPProbe.get(port: port))
        process.interrupt()
        let isGone = await LocalServer.wait { !process.isRunning }
        try #require(isGone)
        // A video failed; that the last numbers were not waited for any longer is no failure.
        #expect(process.terminationStatus == 2, "\(Self.text(log))")

        let summary = try folder.json("out/summary.json")
        let metrics = try ExpositionReader(scraped.body)
        #expect(scraped.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let statuses = try #require(summary["statuses"] as? [String: Int])
        let counted = metrics.values("shotlist_windows_total", by: "status").filter { $0.value > 0 }
        #expect(counted.mapValues { Int($0) } == statuses)
        for (name, key) in [
            ("shotlist_prompt_tokens_total", "prompt_tokens"), ("shotlist_output_tokens_total", "output_tokens"),
            ("shotlist_computed_prompt_tokens_total", "computed_prompt_tokens"), ("shotlist_videos_found", "videos"),
        ] {
            #expect(metrics.value(name).map { Int($0) } == summary[key] as? Int, "\(name)")
        }
        for (name, key) in [("shotlist_previews_total", "previews"), ("shotlist_clips_total", "clips")] {
            #expect(metrics.value(name, ["status": "success"]).map { Int($0) } == summary[key] as? Int, "\(name)")
        }
        #expect(metrics.value("shotlist_videos_total", ["status": "error"]) == 1)
        #expect(metrics.values("shotlist_windows_under_way", by: "place").values.allSatisfy { $0 == 0 })

        let entries = try entries(Self.text(log))
        for entry in entries {
            #expect(Set(entry.keys).subtracting(["event"]) == ["time", "level", "message", "metadata"], "\(entry)")
            let time = try #require(entry["time"] as? String)
            #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(time)")
            let levels = ["debug", "info", "notice", "warning", "error"]
            #expect(levels.contains(entry["level"] as? String ?? ""), "\(entry)")
        }
        let lines = entries.filter { $0["event"] as? String == "window" }
        let records = try windows(folder)
        #expect(lines.count == summary["windows"] as? Int && lines.count == records.count && lines.count == 4)
        let traces = lines.compactMap { metadata($0)["trace_id"] as? String }.sorted()
        #expect(traces == records.compactMap { $0["trace_id"] as? String }.sorted())
        #expect(Set(traces).count == lines.count)
        for key in ["prompt_tokens", "computed_prompt_tokens", "output_tokens"] {
            #expect(sum(key, of: lines) == summary[key] as? Int, "\(key)")
        }
        #expect(lines.allSatisfy { metadata($0)["seconds"] as? Double ?? 0 > 0 })
        // swift-log's own messages name the window in the same way.
        let captions = entries.filter { $0["event"] == nil && metadata($0)["trace_id"] != nil }
        #expect(Set(captions.compactMap { metadata($0)["trace_id"] as? String }) == Set(traces))
        let failed = try #require(entries.first { $0["event"] as? String == "video_failed" })
        #expect((metadata(failed)["video"] as? String)?.hasSuffix("videos/" + name) == true)
        #expect(failed["level"] as? String == "error")
        #expect(entries.contains { $0["event"] as? String == "started" && metadata($0)["videos"] as? Int == 3 })
    }

    private static func text(_ file: String) -> String {
        (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    }

    @Test("an error that ends the run is a line of JSON, too")
    func failure() async throws {
        let folder = try Folder()
        let run = try await Command.shotlist(
            "run", "--video-dir", folder.path("no\n\"where\""), "--output-path", folder.path("out"), "--log-format",
            "json")
        #expect(run.status == 1)
        let entry = try #require(try entries(run.errors).last)
        #expect(entry["level"] as? String == "error" && entry["event"] as? String == "failed")
        #expect((entry["message"] as? String)?.contains("no\n\"where\"") == true)
        #expect(metadata(entry)["code"] as? String == "unreadable")
    }

    @Test("a port in use ends the run before it begins, with one sentence", arguments: ["text", "json"])
    func portInUse(format: String) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let server = try await MetricsServer.start(PrometheusRegistry(), port: 0)
        let run = try await Command.shotlist(
            "run", "--video-dir", "videos", "--output-path", "out", "--generate-previews", "--metrics-port",
            "\(server.port)", "--log-format", format, folder: folder.url)
        await server.stop()
        #expect(run.status == 64)
        #expect(run.errors.contains("Metrics cannot be served on port \(server.port)"), "\(run.errors)")
        #expect(run.errors.contains("it is in use"))
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(run.errors.hasPrefix(format == "text" ? "shotlist: " : "{"))
        #expect(folder.files() == ["videos/bikes.mp4"])
    }

    @Test(
        "what is said of metrics without sense is refused",
        arguments: [
            (["--metrics-host", "127.0.0.1"], "no port to serve metrics on"),
            (["--metrics-linger", "5"], "no port to serve metrics on"),
            (["--metrics-port", "70000"], "no port 70000"), (["--metrics-port", "-1"], "no port -1"),
            (["--metrics-port", "0", "--metrics-linger", "-1"], "for -1 s"),
            (["--metrics-port", "0", "--metrics-host", "here"], "'here', which is no IP address"),
        ])
    func refused(flags: [String], sentence: String) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let arguments = ["run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out")]
        let run = try await Command.run(Command.path, arguments + flags)
        #expect(run.status == 64)
        #expect(run.errors.contains(sentence), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    }

    @Test("as text nothing but sentences is written, and no server listens")
    func text() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try folder.write("no video", "videos/text.mp4")
        let run = try await Command.shotlist(
            "run", "--video-dir", "videos", "--output-path", "out", "--generate-previews", "--log-format", "text",
            folder: folder.url)
        #expect(run.status == 2)
        #expect(run.errors.contains("error: ") && run.errors.contains("videos/text.mp4"), "\(run.errors)")
        #expect(!run.errors.contains("{") && !run.errors.contains("Metrics"))
        #expect(run.output.hasPrefix("videos    2, 1 failed"))
    }
}
