import Foundation
import Testing

@Suite("shotlist run with more than one question about a window")
struct CaptionPassTests {
    private func run(_ folder: Folder, _ more: [String], output: String = "out") async throws -> Command.Outcome {
        let arguments = [
            "run", "--video-dir", folder.path("videos"), "--output-path", folder.path(output), "--generate-captions",
            "--captioning-algorithm", "demo", "--captioning-window-size", "64", "--no-upload-clips",
            "--transcode-encoder", "copy",
        ]
        return try await Command.run(Command.path, arguments + more)
    }

    private func windows(_ folder: Folder, output: String = "out") throws -> [[String: Any]] {
        try folder.files().filter { $0.hasPrefix("\(output)/metas/v0/") }.flatMap { path in
            try #require(try folder.json(path)["windows"] as? [[String: Any]])
        }
    }

    @Test("the demo model looks again, and named prompts have captions of their own")
    func wholeWay() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let flags = [
            "--captioning-stage2-caption", "--captioning-prompt", "people=Who can be seen?", "--captioning-prompt",
            "text=Which words = can be read?", "--captioning-retry-flagged", "1", "--captioning-use-vllm-mmcache",
        ]
        let run = try await run(folder, flags)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("people: 3 success; text: 3 success"), "\(run.output)")
        let windows = try windows(folder)
        #expect(windows.count == 3)
        for window in windows {
            let first = try #require(window["demo_stage1_caption"] as? String)
            let last = try #require(window["demo_caption"] as? String)
            // The demo model says the same facts in other words when it is asked to refine; see its card.
            #expect(last != first)
            #expect(last.hasPrefix("Seen again"), "\(last)")
            #expect((window["demo_caption_people"] as? String)?.isEmpty == false)
            #expect((window["demo_caption_text"] as? String)?.isEmpty == false)
            #expect(window["stage1_prompt_hash"] as? String != window["prompt_hash"] as? String)
        }
        let summary = try folder.json("out/summary.json")
        let questions = try #require(summary["tokens_by_question"] as? [String: [String: Int]])
        #expect(questions.keys.sorted() == ["caption", "named", "stage1"])
    }

    @Test("a second run with the same seed says the same")
    func repeatable() async throws {
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        let flags = ["--captioning-stage2-caption", "--captioning-seed", "3"]
        for output in ["one", "two"] {
            #expect(try await run(folder, flags, output: output).status == 0)
        }
        let captions = try ["one", "two"].map { output in
            try windows(folder, output: output).map { $0["demo_caption"] as? String }
        }
        #expect(!captions[0].isEmpty && !captions[0].contains(nil))
        #expect(captions[0] == captions[1])
    }

    @Test("a question that the model's context cannot hold costs itself alone")
    func tooLong() async throws {
        let folder = try Folder()
        try folder.add("carphone_pristine", "videos/phone.mp4")
        let words = String(repeating: "word ", count: 20_000)
        let named = try await run(folder, ["--captioning-prompt", "long=\(words)"])
        #expect(named.status == 2, "\(named.errors)")
        #expect(named.errors.contains("prompt 'long' of window"), "\(named.errors)")
        let window = try #require(try windows(folder).first)
        #expect(window["status"] as? String == "success")
        #expect((window["demo_caption"] as? String)?.isEmpty == false)
        let outcome = try #require((window["named_captions"] as? [String: [String: Any]])?["long"])
        #expect(outcome["reason"] as? String == "context_too_short")

        let main = try await run(folder, ["--captioning-prompt-text", words, "--captioning-prompt", "short=What?"])
        #expect(main.status == 2)
        let other = try #require(try windows(folder).first)
        #expect(other["reason"] as? String == "context_too_short")
        #expect((other["demo_caption_short"] as? String)?.isEmpty == false)
    }

    @Test(
        "requests that cannot be meant end with 64 and one sentence",
        arguments: [
            (["--captioning-stage2-caption", "--captioning-stage2-prompt-text", " "], "second pass is blank"),
            (["--captioning-stage2-prompt-text", "Better:"], "Add --captioning-stage2-caption"),
            (["--captioning-prompt", "people"], "'people' has no '='"),
            (["--captioning-prompt", "People=Who?"], "cannot have the name 'People'"),
            (["--captioning-prompt", "=Who?"], "cannot have the name ''"),
            (["--captioning-prompt", "a_caption=Who?"], "look like another caption's"),
            (["--captioning-prompt", "people= "], "text of the prompt 'people' is blank"),
            (["--captioning-prompt", "a=x", "--captioning-prompt", "a=y"], "two prompts of the name 'a'"),
            (["--captioning-seed", "-1"], "captioning seed is -1"),
            (["--captioning-retry-flagged", "-1"], "asked for -1 more times"),
        ])
    func refused(flags: [String], sentence: String) async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        let run = try await run(folder, flags)
        #expect(run.status == 64)
        #expect(run.errors.contains(sentence), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    }

    @Test("questions about captions that nobody makes are refused")
    func noCaptions() async throws {
        let folder = try Folder()
        try folder.add("bikes", "videos/bikes.mp4")
        for flags in [["--captioning-stage2-caption"], ["--captioning-prompt", "a=x"]] {
            let run = try await Command.run(
                Command.path,
                ["run", "--video-dir", folder.path("videos"), "--output-path", folder.path("out")] + flags)
            #expect(run.status == 64)
            #expect(run.errors.contains("\(flags[0]) asks about captions"), "\(run.errors)")
        }
    }
}
