import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("Answers that are not worth keeping are asked for again")
struct RetryTests {
    /// An engine that gives these answers one after another; nil is an error of the engine, "" one of an empty answer.
    private static func engine(_ answers: [String?]) -> AskedEngine {
        let left = Mutex(answers)
        return AskedEngine { _ in
            guard let answer = left.withLock({ $0.isEmpty ? "too often" : $0.removeFirst() }) else {
                throw ShotlistError(.engineFailed, "The engine failed.")
            }
            guard !answer.isEmpty else { throw ShotlistError(.emptyCaption, "The model answered nothing.") }
            // Three dots at the end stand for an answer that was cut off.
            return .saying(answer, finishReason: answer.hasSuffix("...") ? .length : .stop)
        }
    }

    private static let repeating = Array(repeating: "the dog runs", count: 9).joined(separator: " ")

    private func outcome(
        of answers: [String?], retries: Int
    ) async throws -> (window: [String: Any], summary: RunSummary, questions: [CaptionQuestion]) {
        let workspace = try Workspace()
        var run = try Run.overOneWindow(of: workspace)
        run.retryFlagged = retries
        let engine = Self.engine(answers)
        run.engine = engine
        let summary = try await run(on: workspace)
        #expect(try workspace.schemaProblems() == [])
        return (
            try #require(try workspace.windows().first), summary, try #require(engine.showings.first).questions
        )
    }

    @Test(
        "an empty, a cut, a repeating and a refusing answer are asked for again, and the best is kept",
        arguments: [
            (["", "a dog"], "a dog", "success", ["retried"]),
            ([" \n", "a dog"], "a dog", "success", ["retried"]),
            (["a dog...", "a dog"], "a dog", "success", ["retried"]),
            ([repeating, "a dog"], "a dog", "success", ["retried"]),
            ([String(repeating: "那只狗在跑，", count: 9), "a dog"], "a dog", "success", ["retried"]),
            (["I'm sorry, but no.", "a dog"], "a dog", "success", ["retried"]),
            (["", "a dog...", repeating], "a dog...", "truncated", ["retried"]),
            ([repeating + "...", repeating, ""], repeating, "success", ["repeating", "retried"]),
            (["one...", "two...", "three..."], "one...", "truncated", ["retried"]),
            (["I cannot see.", "", repeating + "..."], repeating + "...", "truncated", ["repeating", "retried"]),
            (["a dog", "too many"], "a dog", "success", []),
        ])
    func best(answers: [String], caption: String, status: String, flags: [String]) async throws {
        let (window, _, questions) = try await outcome(of: answers, retries: 2)
        #expect(window["qwen_caption"] as? String == caption)
        #expect(window["status"] as? String == status)
        #expect(window["flags"] as? [String] == flags)
        #expect(window["attempts"] as? Int == questions.count)
    }

    @Test("there are no more attempts than asked for, and none without the flag")
    func bound() async throws {
        #expect(try await outcome(of: ["", "", "", "a dog"], retries: 2).questions.count == 3)
        let (window, summary, questions) = try await outcome(of: ["", "a dog"], retries: 0)
        #expect(questions.count == 1)
        #expect(summary.reasons == ["empty": 1])
        #expect(window["flags"] as? [String] == [])
    }

    @Test("all attempts empty is an error that says that it was tried again")
    func allEmpty() async throws {
        let (window, summary, _) = try await outcome(of: ["", " ", ""], retries: 2)
        #expect(summary.reasons == ["empty": 1])
        #expect(window["flags"] as? [String] == ["retried"])
    }

    @Test("an engine that fails is not asked again, and does not take away what an earlier attempt said")
    func engineFails() async throws {
        let first = try await outcome(of: [nil, "a dog"], retries: 3)
        #expect(first.questions.count == 1)
        #expect(first.summary.reasons == ["engine_failed": 1])
        let second = try await outcome(of: ["a dog...", nil, "never"], retries: 3)
        #expect(second.questions.count == 2)
        #expect(second.window["qwen_caption"] as? String == "a dog...")
        #expect(second.window["status"] as? String == "truncated")
    }

    @Test("each attempt has another seed and sampling changed a little")
    func sampling() async throws {
        let questions = try await outcome(of: ["", "", ""], retries: 2).questions
        let first = questions[0].sampling
        #expect(questions.map(\.sampling.temperature) == [0.1, 0.1 + 0.1, 0.1 + 0.1 * 2])
        #expect(questions.map(\.sampling.topP) == [first.topP, 0.8, 0.8])
        #expect(questions.map(\.sampling.repetitionPenalty) == [1.05, 1.05 + 0.05, 1.05 + 0.05 * 2])
        #expect(Set(questions.map(\.sampling.seed)).count == 3)
        #expect(Set(questions.map(\.prompt.text)).count == 1)
    }

    @Test("what was not kept is counted apart, so that it does not pass for captions")
    func costs() async throws {
        let (window, summary, _) = try await outcome(of: ["a dog...", "a dog"], retries: 2)
        let discarded = try #require(window["discarded_tokens"] as? [String: Int])
        #expect(discarded == ["prompt_tokens": 100, "computed_prompt_tokens": 100, "output_tokens": 5])
        #expect(summary.promptTokens == 200 && summary.computedPromptTokens == 120)
        #expect(summary.outputTokens == 5 && summary.discardedOutputTokens == 5)
    }
}
