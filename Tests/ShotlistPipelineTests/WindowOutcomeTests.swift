import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("Every window ends with a status, and every failure with a reason")
struct WindowOutcomeTests {
    @Test("a caption, what was shown and who answered are on the window's record")
    func success() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.windowSize = 64
        run.remainderThreshold = 16
        run.answer = { request in
            .saying("frames \(request.input.frameIndices.map(String.init).joined(separator: " "))")
        }
        let summary = try await run(on: workspace)
        #expect(summary.statuses == ["success": 4])
        #expect(summary.outputTokens == 20)
        let windows = try workspace.windows()
        #expect(windows.map { $0["start_frame"] as? Int } == [0, 64, 128, 192])
        #expect(windows.map { $0["end_frame"] as? Int } == [63, 127, 191, 249])
        for window in windows {
            let indices = try #require(window["frame_indices"] as? [Int])
            #expect(window["qwen_caption"] as? String == "frames \(indices.map(String.init).joined(separator: " "))")
            #expect(indices.first == window["start_frame"] as? Int)
            #expect(indices.last == window["end_frame"] as? Int)
            #expect(window["finish_reason"] as? String == "stop")
            #expect(window["prompt_hash"] as? String == (try Prompt()).hash)
            #expect(window["model_id"] as? String == "scripted")
            // bikes.mp4 is 640x272; the rule's limits give 280 by 644.
            #expect(window["resized_width"] as? Int == 644)
            #expect(window["resized_height"] as? Int == 280)
        }
        #expect(windows[0]["effective_fps"] as? Double == 6 / (64 / 25.0))
    }

    @Test("an engine's error stays with its window")
    func engineError() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.windowSize = 64
        run.answer = { request in
            guard request.input.frameIndices[0] != 64 else {
                throw ShotlistError(.contextTooShort, "The context is too short.", remedy: "Show fewer frames.")
            }
            return .saying("fine")
        }
        let summary = try await run(on: workspace)
        #expect(summary.statuses == ["success": 2, "error": 1])
        #expect(summary.reasons == ["context_too_short": 1])
        #expect(!summary.isComplete && summary.hasResults)
        let windows = try workspace.windows()
        #expect(windows.map { $0["status"] as? String } == ["success", "error", "success"])
        #expect(windows[1]["reason_text"] as? String == "The context is too short. Show fewer frames.")
        #expect(windows[1]["qwen_caption"] == nil)
    }

    @Test("a caption that the model's context cut off says so, and not that the limit is to be raised")
    func cutByContext() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.answer = { _ in .saying("and then", finishReason: .length, outputTokens: 43) }
        let summary = try await run(on: workspace)
        #expect(summary.statuses == ["truncated": 1])
        let window = try #require(try workspace.windows().first)
        #expect(window["reason"] as? String == "context_too_short")
        let text = try #require(window["reason_text"] as? String)
        #expect(text.contains("after 43 tokens") && text.contains("--captioning-window-size"))
        #expect(window["qwen_caption"] as? String == "and then")
    }

    @Test("a caption that was cut off, one that repeats and one that refuses are told apart")
    func doubtful() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.windowSize = 64
        run.answer = { request in
            switch request.input.frameIndices[0] {
            case 0: .saying("and then", finishReason: .length, outputTokens: 512)
            case 64: .saying(Array(repeating: "the dog runs", count: 9).joined(separator: " "))
            default: .saying("I'm sorry, but I can't tell.")
            }
        }
        let summary = try await run(on: workspace)
        #expect(summary.statuses == ["success": 2, "truncated": 1])
        let windows = try workspace.windows()
        #expect(windows[0]["reason"] as? String == "output_limit")
        #expect(windows.map { $0["flags"] as? [String] } == [[], ["repeating"], ["refused"]])
    }

    @Test("an empty answer is an error")
    func empty() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.answer = { _ in .saying(" \n") }
        let summary = try await run(on: workspace)
        #expect(summary.reasons == ["empty": 1])
        #expect(summary.statuses == ["error": 1])
    }

    @Test("a clip of three frames has a record that says why it has no window")
    func tooShort() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(
            clipLenS: 0.12, clipStrideS: 1, minClipLengthS: 0, limitClips: 1)
        let summary = try await run(on: workspace)
        #expect(summary.windows == 0)
        #expect(summary.clipsSkipped == 1)
        let meta = try workspace.json("metas/v0/\(try #require(workspace.clipNames().first)).json")
        #expect(meta["status"] as? String == "skipped")
        #expect(meta["reason"] as? String == "too_few_frames")
        #expect((meta["windows"] as? [Any])?.isEmpty == true)
        #expect(meta["valid"] as? Bool == false)
    }

    @Test("a remainder too short to sample is skipped with its reason")
    func shortRemainder() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.windowSize = 249
        run.remainderThreshold = 1
        let summary = try await run(on: workspace)
        #expect(summary.statuses == ["success": 1, "skipped": 1])
        let windows = try workspace.windows()
        #expect(windows.last?["reason"] as? String == "too_few_frames")
    }
}
