import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Testing

@Suite("Named prompts ask more about the same window")
struct NamedPromptTests {
    private func run(_ workspace: Workspace) throws -> Run {
        var run = try Run.overOneWindow(of: workspace)
        run.namedPrompts = [
            try NamedPrompt(name: "people", text: "Who is there?"),
            try NamedPrompt(name: "a-2_b", text: "Where is it?"),
        ]
        return run
    }

    @Test("each has a caption and a record beside the main one, at one showing of the window")
    func each() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.stage2 = true
        run.stage2Text = "Better: "
        let engine = AskedEngine { .saying("re: \($0.prompt.text.prefix(8))") }
        run.engine = engine
        let summary = try await run(on: workspace)
        #expect(summary.isComplete)
        let showing = try #require(engine.showings.first)
        #expect(engine.showings.count == 1 && showing.asksAgain)
        #expect(
            showing.questions.map(\.prompt.text) == [
                try Prompt().text, "Better: re: Describe", "Who is there?", "Where is it?",
            ])
        let window = try #require(try workspace.windows().first)
        #expect(window["qwen_caption"] as? String == "re: Better:")
        #expect(window["qwen_caption_people"] as? String == "re: Who is t")
        #expect(window["qwen_caption_a-2_b"] as? String == "re: Where is")
        let named = try #require(window["named_captions"] as? [String: [String: Any]])
        #expect(named["people"]?["status"] as? String == "success")
        #expect(named["people"]?["prompt_hash"] as? String == (try Prompt(text: "Who is there?")).hash)
        #expect(named["people"]?["reused_prompt_tokens"] as? Int == AskedEngine.video)
        #expect(summary.namedCaptions == ["people": ["success": 1], "a-2_b": ["success": 1]])
        #expect(summary.tokensByQuestion["named"]?.computed == 40)
        #expect(summary.outputTokens == 20)
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("one that fails costs the others nothing, and the run says that not all was done")
    func oneFails() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.answer = { request in
            guard request.input.prompt.text != "Who is there?" else {
                throw ShotlistError(.engineFailed, "The engine failed.")
            }
            return request.input.prompt.text == "Where is it?"
                ? .saying("fine", finishReason: .length, outputTokens: 512) : .saying("fine")
        }
        let summary = try await run(on: workspace)
        #expect(summary.statuses == ["success": 1])
        #expect(summary.namedCaptions == ["people": ["error": 1], "a-2_b": ["truncated": 1]])
        #expect(!summary.isComplete && summary.hasResults)
        let window = try #require(try workspace.windows().first)
        #expect(window["qwen_caption"] as? String == "fine")
        #expect(window["qwen_caption_people"] == nil)
        let named = try #require(window["named_captions"] as? [String: [String: Any]])
        #expect(named["people"]?["reason"] as? String == "engine_failed")
        #expect(named["a-2_b"]?["reason"] as? String == "output_limit")
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("a main prompt that fails costs the named ones nothing")
    func mainFails() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        let main = try Prompt()
        run.answer = { request in .saying(request.input.prompt == main ? "" : "fine") }
        let summary = try await run(on: workspace)
        #expect(summary.reasons == ["empty": 1])
        let window = try #require(try workspace.windows().first)
        #expect(window["qwen_caption"] == nil)
        #expect(window["qwen_caption_people"] as? String == "fine")
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("a window that cannot be shown fails for every prompt")
    func notShown() async throws {
        struct Refusing: CaptionEngine {
            let identity = EngineIdentity(modelID: "refusing", modelRevision: "1")
            func caption(_ request: CaptionRequest) async throws -> CaptionAnswer { .saying("x") }
            func withWindow<Result: Sendable>(
                _ input: WindowInput, asksAgain: Bool, _ body: @Sendable (any OpenWindow) async throws -> Result
            ) async throws -> Result {
                throw ShotlistError(.contextTooShort, "The window is too long.", remedy: "Show less.")
            }
            func shutDown() async {}
        }
        let workspace = try Workspace()
        var run = try run(workspace)
        run.engine = Refusing()
        let summary = try await run(on: workspace)
        #expect(summary.reasons == ["context_too_short": 1])
        #expect(summary.namedCaptions == ["people": ["error": 1], "a-2_b": ["error": 1]])
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("names that cannot be keys, names used twice and blank texts are refused")
    func refused() throws {
        for name in ["", "Über", "A", "a b", "a.b", "caption", "x_enhanced_caption", "stage1_caption"] {
            #expect(throws: ShotlistError.self) { try NamedPrompt(name: name, text: "x") }
        }
        #expect(throws: ShotlistError.self) { try NamedPrompt(name: "a", text: " \n") }
        let twice = [try NamedPrompt(name: "a", text: "x"), try NamedPrompt(name: "a", text: "y")]
        #expect(throws: ShotlistError.self) { try CaptionPasses(namedPrompts: twice) }
        #expect(throws: ShotlistError.self) { try CaptionPasses(generateStage2Caption: true, stage2PromptText: "\t") }
        #expect(throws: ShotlistError.self) { try CaptionPasses(stage2PromptText: "Better:") }
        #expect(throws: ShotlistError.self) { try CaptionPasses(seed: -1) }
        #expect(throws: ShotlistError.self) { try CaptionPasses(retryFlagged: -1) }
        #expect(throws: ShotlistError.self) { try CaptionPasses(retryFlagged: 101) }
    }
}
