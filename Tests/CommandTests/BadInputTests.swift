import Foundation
import Testing

@Suite("Bad input gives one sentence that names the file and the remedy")
struct BadInputTests {
    /// Runs over `videos` in `folder` and returns how it ended.
    private func run(_ folder: Folder, _ more: String...) async throws -> Command.Outcome {
        let arguments = ["run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out")]
        return try await Command.run(Command.path, arguments + more)
    }

    @Test(
        "numbers and names that cannot be meant",
        arguments: [
            (["--captioning-window-size", "0"], "window size is 0"),
            (["--captioning-window-size", "-5"], "window size is -5"),
            (["--captioning-remainder-threshold", "-1"], "remainder threshold is -1"),
            (["--captioning-sampling-fps", "0"], "sampling rate is 0"),
            (["--captioning-batch-size", "0"], "batch size is 0"),
            (["--captioning-max-output-tokens", "-1"], "-1 tokens"),
            (["--captioning-algorithm", "gwen"], "no model variant 'gwen'"),
            (["--captioning-prompt-variant", "cinema"], "no built-in prompt 'cinema'"),
            (["--captioning-preprocess-dtype", "int4"], "no pixel type 'int4'"),
            (
                ["--captioning-min-pixels", "1000000", "--captioning-max-pixels", "1000"],
                "between 1000000 and 1000 pixels"
            ),
            (["--fixed-stride-split-duration", "0"], "clip length is 0"),
            (["--splitting-algorithm", "magic"], "no splitting algorithm 'magic'"),
            (["--splitting-algorithm", "transnetv2"], "not part of Shotlist"),
            (["--transcode-encoder", "gif"], "no encoder 'gif'"),
            (["--video-limit", "-1"], "video limit is -1"),
            (["--limit-clips", "-1"], "limit of clips is -1"),
            (["--preview-target-fps", "0"], "0.0 pictures a second"),
            (["--preview-quality", "101"], "no quality 101"),
            (["--threads", "0"], "0 threads"),
            (["--threads", "100000"], "100000 threads"),
            (["--captioning-batch-size", "1000000"], "batch size is 1000000"),
            (["--preview-target-fps", "1e300"], "pictures a second"),
            (["--fixed-stride-split-duration", "1e-300"], "clip length is 1e-300"),
            (["--enhance-captions", "--enhance-captions-algorithm", "smolm2"], "Did you mean 'smollm2'?"),
            (["--enhance-captions", "--enhance-captions-algorithm", "demo"], "no model variant 'demo' for text"),
            (["--enhance-captions", "--enhance-captions-batch-size", "0"], "enhancement batch size is 0"),
            (["--enhance-captions", "--enhance-captions-batch-size", "-3"], "enhancement batch size is -3"),
            (["--enhance-captions", "--enhance-captions-max-output-tokens", "0"], "at most 0 tokens"),
            (["--enhance-captions", "--enhance-captions-prompt-text", " "], "prompt text of the enhancement is blank"),
            (["--enhance-captions", "--enhance-captioning-prompt-variant", "av"], "enhancement prompt 'av'"),
            (["--enhance-captions", "--enhance-captions-placement", "between"], "no placement 'between'"),
            (["--enhance-captions", "--enhance-captions-weights", "q5"], "no weights 'q5'"),
            (["--enhance-captions", "--enhanced-caption-models", "qwen3"], "they are those of 'qwen_lm'"),
            (
                ["--enhance-captions", "--enhance-captions-use-fp8-weights", "--enhance-captions-weights", "bf16"],
                "--enhance-captions-weights for bf16"
            ),
            (
                ["--enhance-captions", "--enhance-captions-model-path", "x", "--enhance-captions-weights", "bf16"],
                "given by path is used as it is"
            ),
        ])
    func arguments(flags: [String], sentence: String) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let arguments = [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--generate-captions",
            "--generate-previews",
        ]
        let run = try await Command.run(Command.path, arguments + flags)
        #expect(run.status == 64)
        #expect(run.errors.contains(sentence), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    }

    @Test func noSuchFolder() async throws {
        let folder = try Folder()
        let run = try await run(folder)
        #expect(run.status == 1)
        #expect(run.errors.contains(folder.path("videos")))
    }

    @Test func noVideos() async throws {
        let folder = try Folder()
        try folder.write("hello", "videos/readme.txt")
        let run = try await run(folder)
        #expect(run.status == 1)
        #expect(run.errors.contains("no video below '\(folder.path("videos"))'"))
    }

    @Test func outputIsAFile() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        try folder.write("mine", "out")
        let run = try await run(folder)
        #expect(run.status == 1)
        #expect(run.errors.contains("'\(folder.path("out"))' is a file"), "\(run.errors)")
        #expect(try String(contentsOfFile: folder.path("out"), encoding: .utf8) == "mine")
    }

    @Test("a file where a folder of the output belongs is named before anything is done", .timeLimit(.minutes(20)))
    func recordsAreAFile() async throws {
        let folder = try Folder()
        for index in 0..<4 { try folder.add("bikes", "videos/\(index).mp4") }
        try folder.write("mine", "out/metas")
        let run = try await run(folder, "--transcode-encoder", "copy", "--fixed-stride-split-duration", "2")
        #expect(run.status == 1)
        #expect(run.errors.contains("'\(folder.path("out/metas"))' is a file"), "\(run.errors)")
    }

    @Test("a folder that is closed to the user is told, and the others are read")
    func closedFolder() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/good.mp4")
        try folder.add("bikes", "videos/closed/hidden.mp4")
        let closed = folder.path("videos/closed")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: closed)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: closed) }
        let arguments = [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out"), "--transcode-encoder",
            "copy",
        ]
        // Nothing is closed to root, who therefore runs it as somebody else.
        let run: Command.Outcome
        if geteuid() == 0 {
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.url.path)
            run = try await Command.run(
                "/usr/bin/setpriv",
                ["--reuid", "65534", "--regid", "65534", "--clear-groups", try folder.copyOfProgram()] + arguments)
        } else {
            run = try await Command.run(Command.path, arguments)
        }
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.errors.contains("The folder '\(closed)' cannot be read"), "\(run.errors)")
        #expect((try folder.json("out/summary.json")["failed_videos"] as? [String: String])?[closed] != nil)
        #expect(folder.files().filter { $0.hasPrefix("out/clips/") }.count == 1)
    }

    @Test("files that are no videos fail alone; when all fail the run does")
    func noVideoInside() async throws {
        let folder = try Folder()
        try folder.write("", "videos/empty.mp4")
        try folder.write("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "videos/list.mp4")
        let all = try await run(folder)
        #expect(all.status == 1)
        try folder.add("bikes", "videos/good.mp4")
        let some = try await run(folder, "--transcode-encoder", "copy")
        #expect(some.status == 2)
        for name in ["empty.mp4", "list.mp4"] {
            #expect(some.errors.contains(folder.path("videos/\(name)")), "\(some.errors)")
        }
        #expect(folder.files().filter { $0.hasPrefix("out/clips/") }.count == 1)
    }

    @Test("models that are missing, no models, or of another kind")
    func models() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let text = try folder.write("not a model", "model.gguf")
        let demo = Repository.root.appending(path: "Models/demo/demo-text-f16.gguf").path
        let missing = try await run(folder, "--generate-captions", "--captioning-weights", "q8_0")
        #expect(missing.status == 1)
        #expect(missing.errors.contains("models/ggml-org/Qwen2.5-VL-7B-Instruct-GGUF'"), "\(missing.errors)")
        let half = try await run(folder, "--generate-captions", "--captioning-model-path", demo)
        #expect(half.status == 64)
        #expect(half.errors.contains("--captioning-projector-path"))
        let none = try await run(
            folder, "--generate-captions", "--captioning-model-path", text, "--captioning-projector-path", text)
        #expect(none.status == 1)
        #expect(none.errors.contains("'\(text)'"), "\(none.errors)")
        let wrong = try await run(
            folder, "--generate-captions", "--captioning-algorithm", "nemotron", "--captioning-model-path", demo,
            "--captioning-projector-path", demo.replacing("demo-text", with: "demo-mmproj"))
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("is a Qwen2.5-VL model"), "\(wrong.errors)")
        let device = try await run(
            folder, "--generate-captions", "--captioning-algorithm", "demo", "--device", "warp-core")
        #expect(device.status == 64)
        #expect(device.errors.contains("CPU"), "\(device.errors)")
    }
}
