import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("Captions are rewritten by a text model")
struct EnhancementTests {
    /// A run over a short video with windows of 64 frames, of which the caption names the first.
    private func run(_ workspace: Workspace) throws -> Run {
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.windowSize = 64
        run.remainderThreshold = 16
        run.preview = nil
        run.answer = { .saying("from \($0.input.frameIndices[0])") }
        return run
    }

    @Test("an enhanced caption stands beside the caption, with what is known of it, under the model's name")
    func keys() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.enhancement = try CaptionEnhancementStage(modelVariant: "qwen") { settings in
            #expect(settings.modelName == "qwen_lm" && settings.batchSize == 128 && settings.isBesideCaptions)
            #expect(settings.maxOutputTokens == 512 && settings.modelDir == "models/qwen" && !settings.fp8)
            return ScriptedTextEngine { .saying("more \($0.user)") }
        }
        let summary = try await run(on: workspace)
        #expect(try workspace.schemaProblems() == [])
        #expect(summary.isComplete)
        #expect((summary.enhanced, summary.enhancementsFailed) == (4, 0))
        #expect((summary.enhancementPromptTokens, summary.enhancementOutputTokens) == (120, 28))
        #expect(summary.outputTokens == 20)
        let windows = try workspace.windows()
        #expect(windows.map { $0["qwen_caption"] as? String } == ["from 0", "from 64", "from 128", "from 192"])
        for window in windows {
            let caption = try #require(window["qwen_caption"] as? String)
            #expect(window["qwen_lm_enhanced_caption"] as? String == "more \(caption)")
            #expect(window["enhancement_status"] as? String == "success")
            #expect(window["enhancement_reason"] == nil)
            #expect(window["enhancement_flags"] as? [String] == [])
            #expect(window["enhancement_finish_reason"] as? String == "stop")
            #expect(window["enhancement_prompt_tokens"] as? Int == 30)
            #expect(window["enhancement_reused_prompt_tokens"] as? Int == 0)
            #expect(window["enhancement_output_tokens"] as? Int == 7)
            #expect(window["enhancement_model_id"] as? String == "scripted-text")
            #expect(window["enhancement_model_revision"] as? String == "1")
            #expect(window["enhancement_prompt_hash"] as? String == (try EnhancementPrompt()).hash)
            #expect(window["enhancement_seconds"] is Double)
        }
        let written = try workspace.json("summary.json")
        #expect(written["enhanced"] as? Int == 4)
        #expect(written["enhancement_output_tokens"] as? Int == 28)
    }

    @Test("every request has the same system message; the seed is the run's and the caption's")
    func requests() async throws {
        func requests(seed: Int, _ prompt: String?) async throws -> [TextRequest] {
            let workspace = try Workspace()
            var run = try run(workspace)
            run.answer = { .saying($0.input.frameIndices[0] < 128 ? "early" : "late") }
            let seen = Mutex<[TextRequest]>([])
            run.enhancement = try CaptionEnhancementStage(
                modelVariant: "qwen3", promptVariant: .avSurveillance, promptText: prompt, maxOutputTokens: 77,
                seed: seed
            ) { _ in
                ScriptedTextEngine { request in
                    seen.withLock { $0.append(request) }
                    return .saying("x")
                }
            }
            try await run(on: workspace)
            // Clips, and so their trace ids, are named by where their videos are.
            return seen.withLock(\.self).sorted { $0.user < $1.user }.map {
                TextRequest(
                    system: $0.system, user: $0.user, sampling: $0.sampling, maxOutputTokens: $0.maxOutputTokens)
            }
        }
        let first = try await requests(seed: 0, nil)
        #expect(first.map(\.user) == ["early", "early", "late", "late"])
        #expect(Set(first.map(\.system)) == [EnhancementPromptVariant.avSurveillance.text])
        #expect(Set(first.map(\.maxOutputTokens)) == [77])
        #expect(Set(first.map(\.sampling.temperature)) == [0.1])
        #expect(first[0].sampling.seed == first[1].sampling.seed && first[2].sampling.seed == first[3].sampling.seed)
        #expect(first[0].sampling.seed != first[2].sampling.seed)
        #expect(try await requests(seed: 0, nil) == first)
        let other = try await requests(seed: 1, "In one word.")
        #expect(Set(other.map(\.system)) == ["In one word."])
        #expect(other[0].sampling.seed != first[0].sampling.seed)
    }

    @Test("an enhancement that fails, is empty or is cut off is said, and the caption stays")
    func failures() async throws {
        struct Strange: Error {}
        let workspace = try Workspace()
        var run = try run(workspace)
        run.enhancement = try CaptionEnhancementStage { _ in
            ScriptedTextEngine { request in
                switch request.user {
                case "from 0": throw ShotlistError(.contextTooShort, "Too long.", remedy: "Shorten it.")
                case "from 64": throw Strange()
                case "from 128": .saying("<think>What could I say?</think> \n")
                default: .saying("I'm sorry, but", finishReason: .length, outputTokens: 512)
                }
            }
        }
        let summary = try await run(on: workspace)
        #expect(try workspace.schemaProblems() == [])
        #expect(summary.statuses == ["success": 4])
        #expect(summary.reasons == [:])
        #expect((summary.enhanced, summary.enhancementsTruncated, summary.enhancementsFailed) == (1, 1, 3))
        #expect(
            summary.enhancementReasons == [
                "context_too_short": 1, "internal_failure": 1, "empty": 1, "output_limit": 1,
            ])
        #expect(!summary.isComplete && summary.hasResults)
        let windows = try workspace.windows()
        #expect(windows.map { $0["qwen_caption"] as? String } == ["from 0", "from 64", "from 128", "from 192"])
        #expect(
            windows.map { $0["enhancement_reason"] as? String } == [
                "context_too_short", "internal_failure", "empty", "output_limit",
            ])
        #expect(windows.map { $0["enhancement_status"] as? String } == ["error", "error", "error", "truncated"])
        #expect(windows[0]["enhancement_reason_text"] as? String == "Too long. Shorten it.")
        #expect(windows.map { $0["qwen_lm_enhanced_caption"] as? String } == [nil, nil, nil, "I'm sorry, but"])
        #expect(windows[2]["enhancement_output_tokens"] as? Int == 7)
        #expect(windows[3]["enhancement_flags"] as? [String] == ["refused"])
    }

    @Test("an enhancement that the model's context cut off says so, and not that the limit is to be raised")
    func contextEnds() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.enhancement = try CaptionEnhancementStage { _ in
            ScriptedTextEngine { _ in .saying("A dog runs over", finishReason: .length) }
        }
        _ = try await run(on: workspace)
        for window in try workspace.windows() {
            #expect(window["enhancement_status"] as? String == "truncated")
            #expect(window["enhancement_reason"] as? String == "context_too_short")
            let text = window["enhancement_reason_text"] as? String
            #expect(text?.contains("context after 7 tokens, behind a prompt of 30") == true)
        }
    }

    @Test("a window without a caption is left alone, and one that was cut off is not")
    func noCaption() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.answer = { request in
            switch request.input.frameIndices[0] {
            case 0: throw ShotlistError(.engineFailed, "It broke.")
            case 64: .saying("half a", finishReason: .length)
            default: .saying("whole")
            }
        }
        let asked = Mutex<[String]>([])
        run.enhancement = try CaptionEnhancementStage { _ in
            ScriptedTextEngine { request in
                asked.withLock { $0.append(request.user) }
                return .saying("x")
            }
        }
        let summary = try await run(on: workspace)
        #expect(asked.withLock { $0.sorted() } == ["half a", "whole", "whole"])
        #expect((summary.enhanced, summary.enhancementsFailed) == (3, 0))
        let first = try #require(try workspace.windows().first)
        #expect(first["reason"] as? String == "engine_failed")
        #expect(!first.keys.contains { $0.hasPrefix("enhancement_") })
    }

    @Test("no more captions are with the engine than its batch holds")
    func bound() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.windowSize = 8
        run.remainderThreshold = 4
        let counter = Mutex((now: 0, most: 0))
        run.enhancement = try CaptionEnhancementStage(modelBatchSize: 3) { _ in
            ScriptedTextEngine { _ in
                counter.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                // The first to come wait for a third, so that the test does not depend on the machine's speed.
                for _ in 0..<1000 where counter.withLock({ $0.most < 3 }) {
                    try await Task.sleep(for: .milliseconds(20))
                }
                counter.withLock { $0.now -= 1 }
                return .saying("x")
            }
        }
        #expect(try await run(on: workspace).enhanced == 31)
        #expect(counter.withLock { $0.most } == 3)
    }

    @Test("the built-in prompts say what is asked, each in its own words")
    func prompts() throws {
        let texts = EnhancementPromptVariant.allCases.map(\.text)
        #expect(Set(texts).count == 2)
        for text in texts { #expect(text.contains("longer than the caption") && text.contains("Invent nothing")) }
        #expect(EnhancementPromptVariant.avSurveillance.text.contains("summary"))
        #expect(EnhancementPromptVariant(rawValue: "av-surveillance") == .avSurveillance)
        #expect(try EnhancementPrompt(variant: .default, text: "mine").text == "mine")
    }
}
