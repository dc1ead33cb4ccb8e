import Foundation
import Testing

@Suite("shotlist run --enhance-captions")
struct EnhancementCommandTests {
    /// SmolLM2, a real model, which `make test` fetched.
    private static func smolLM2() throws -> String {
        let file = Repository.root.appending(path: ".deps/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
        try #require(FileManager.default.fileExists(atPath: file.path), "run `scripts/fetch-smollm2.sh` first")
        return file.path
    }

    private static let captions = [
        "--captioning-algorithm", "demo", "--generate-captions", "--transcode-encoder", "copy",
        "--captioning-window-size", "64", "--captioning-sampling-fps", "1",
    ]
    private static let enhancement = [
        "--enhance-captions", "--enhance-captions-algorithm", "smollm2", "--enhance-captions-max-output-tokens", "24",
        "--threads", "1",
    ]

    /// Runs over real footage of three windows.
    private func run(_ folder: Folder, _ more: [String]) async throws -> Command.Outcome {
        try folder.add("bikes", "videos/bikes.mp4")
        let arguments = ["run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out")]
        return try await Command.run(Command.path, arguments + Self.captions + more)
    }

    private func windows(_ folder: Folder) throws -> [[String: Any]] {
        let name = try #require(folder.files().first { $0.hasPrefix("out/metas/v0/") })
        return try #require(try folder.json(name)["windows"] as? [[String: Any]])
    }

    @Test("a real model rewrites what the demo model said: the same beside it and after it")
    func placements() async throws {
        var texts: [[String?]] = []
        let file = try Self.smolLM2()
        for placement in ["auto", "after"] {
            let folder = try Folder()
            let run = try await run(
                folder,
                Self.enhancement + [
                    "--enhance-captions-model-path", file, "--enhance-captions-placement", placement,
                    "--enhance-captions-prompt-text", "Say it in other words.",
                ])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("enhanced  3"), "\(run.output)")
            #expect(run.errors.contains("'demo' leaves, and 'smollm2' enhances 3 caption(s)") == (placement == "after"))
            let summary = try folder.json("out/summary.json")
            #expect(summary["enhanced"] as? Int == 3)
            #expect(try #require(summary["enhancement_output_tokens"] as? Int) > 3)
            // The system's words were computed once.
            let prompt = try #require(summary["enhancement_prompt_tokens"] as? Int)
            #expect(try #require(summary["computed_enhancement_prompt_tokens"] as? Int) < prompt)
            let windows = try windows(folder)
            for window in windows {
                #expect((window["demo_caption"] as? String)?.isEmpty == false)
                let status = try #require(window["enhancement_status"] as? String)
                #expect(["success", "truncated"].contains(status))
                #expect(window["enhancement_model_id"] as? String == "SmolLM2-135M-Instruct.Q4_1.gguf")
                #expect((window["enhancement_model_revision"] as? String)?.count == 16)
            }
            texts.append(windows.map { $0["smollm2_enhanced_caption"] as? String })
            let chunk = try folder.json("out/processed_clip_chunks/bikes.mp4_0.json")
            let kept = chunk["all_windows_enhanced_caption"] as? [String: [String: String]]
            #expect(kept?.values.first?.count == 3)
        }
        #expect(texts[0].allSatisfy { $0?.isEmpty == false })
        #expect(texts[0] == texts[1])
    }

    @Test("on a machine with too little memory for both models they take turns, and the run says why")
    func littleMemory() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let arguments =
            [Command.path, "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out")]
            + Self.captions + Self.enhancement + ["--enhance-captions-model-path", try Self.smolLM2()]
        let words = arguments.map { "'\($0)'" }.joined(separator: " ")
        // What the kernel says of its memory is another file for this one process. Only the mount of /proc is made private:
        // in a changed root, the root itself is none.
        let script = """
            mount --make-rprivate /proc &&
            sed 's/^MemAvailable:.*/MemAvailable: 260000 kB/' /proc/meminfo >'\(folder.path("meminfo"))' &&
            mount --bind '\(folder.path("meminfo"))' /proc/meminfo && exec \(words)
            """
        let maps = geteuid() == 0 ? [] : ["--map-root-user"]
        let run = try await Command.run(
            "/usr/bin/unshare", maps + ["--mount", "--propagation", "unchanged", "sh", "-c", script])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("both do not fit into memory together. The model 'smollm2' needs"), "\(run.errors)")
        #expect(try folder.json("out/summary.json")["enhanced"] as? Int == 3)
    }

    @Test("captions that nobody makes cannot be enhanced")
    func withoutCaptions() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let run = try await Command.shotlist(
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--enhance-captions",
            "--generate-previews")
        #expect(run.status == 64)
        #expect(run.errors.contains("Give --generate-captions, too."), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    }

    @Test("a text model that is missing, or none, is told before the first window", arguments: ["auto", "after"])
    func missing(placement: String) async throws {
        let folder = try Folder()
        let place = ["--enhance-captions-placement", placement]
        let nowhere = folder.path("nowhere.gguf")
        let missing = try await run(
            folder, Self.enhancement + place + ["--enhance-captions-model-path", nowhere])
        #expect(missing.status == 1)
        #expect(missing.errors.contains("'\(nowhere)' does not exist"), "\(missing.errors)")
        let fetched = try await Command.run(
            Command.path,
            ["run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--model-dir", nowhere]
                + Self.captions + Self.enhancement + place)
        #expect(fetched.status == 1)
        #expect(fetched.errors.contains("HF_HUB_OFFLINE"), "\(fetched.errors)")
        #expect(!folder.files().contains { $0.hasPrefix("out/metas") })
    }

    @Test("a text model of another kind is told before the first window", arguments: ["auto", "after"])
    func anotherKind(placement: String) async throws {
        let folder = try Folder()
        let vision = Repository.root.appending(path: "Models/demo/demo-text-f16.gguf").path
        let run = try await run(
            folder,
            Self.enhancement
                + ["--enhance-captions-placement", placement, "--enhance-captions-model-path", vision])
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.errors.contains("The text model '\(vision)' is of architecture"), "\(run.errors)")
        #expect(!folder.files().contains { $0.hasPrefix("out/metas") })
    }

    @Test(
        "Ctrl-C while captions wait ends within ten seconds and loses none of them", .timeLimit(.minutes(20)))
    func interrupt() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments =
            ["run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--generate-previews"]
            + Self.captions + Self.enhancement + [
                "--captioning-window-size", "8", "--captioning-remainder-threshold", "4",
                "--enhance-captions-placement", "after", "--enhance-captions-model-path", try Self.smolLM2(),
            ]
        let previews = folder.path("out/previews")
        let (run, time) = try await Command.interrupt(process) {
            // A preview is written when its window is captioned and begins to wait; there are 31 windows.
            (FileManager.default.subpaths(atPath: previews) ?? []).count(where: { $0.hasSuffix(".webp") }) >= 4
        }
        #expect(time < .seconds(10))
        #expect(run.status == 130, "\(run.errors)")
        #expect(!folder.files().contains { $0.contains(".tmp") || $0.contains("staging") })
        let windows = try windows(folder)
        #expect(windows.count == 31)
        let captioned = windows.filter { $0["demo_caption"] != nil }
        #expect(captioned.count >= 4)
        #expect(captioned.allSatisfy { $0["enhancement_reason"] as? String == "cancelled" })
        #expect(windows.filter { $0["demo_caption"] == nil }.allSatisfy { $0["reason"] as? String == "cancelled" })
        #expect(try folder.json("out/summary.json")["cancelled"] as? Bool == true)
    }
}
