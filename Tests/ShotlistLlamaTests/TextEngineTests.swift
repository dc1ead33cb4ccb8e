import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// The text engine through the door that callers use.
@Suite("Embedded text engine", .serialized)
struct TextEngineTests {
    private func withEngine<Value>(
        _ options: LlamaTextOptions, _ body: (LlamaTextEngine) async throws -> Value
    ) async throws -> Value {
        let engine = try await LlamaTextEngine.load(options)
        do {
            let value = try await body(engine)
            await engine.shutDown()
            return value
        } catch {
            await engine.shutDown()
            throw error
        }
    }

    private func request(_ words: String, limit: Int, sampling: SamplingParameters = .greedy) -> TextRequest {
        TextRequest(user: words, sampling: sampling, maxOutputTokens: limit)
    }

    @Test("Counts tokens, says how it stopped and who answered", arguments: TextModel.tiny)
    func counts(family: String) async throws {
        let golden = try #require(try TextGolden.tiny(family).first)
        let limit = golden.greedy.count
        try await withEngine(TextModel.options(family)) { engine in
            #expect(engine.identity.modelID == "tiny-\(family)-f32.gguf")
            #expect(engine.identity.modelRevision.count == 16)
            let answer = try await engine.answer(request(golden.user, limit: limit))
            #expect(answer.promptTokens == golden.prompt.count)
            #expect(answer.outputTokens == limit)
            #expect(answer.finishReason == .length)
            #expect(!answer.text.isEmpty)
        }
    }

    @Test("SmolLM2 ends its answer by itself, and what it is told to be changes it")
    func smolLM2() async throws {
        try await withEngine(TextModel.smolLM2()) { engine in
            let question = "What is the capital of France? Answer in one sentence."
            let answer = try await engine.answer(request(question, limit: 40))
            #expect(answer.text == "The capital of France is Paris.")
            #expect(answer.finishReason == .stop)
            #expect(answer.outputTokens == 8)
            let plain = try await engine.answer(request("Say hello.", limit: 20))
            let pirate = try await engine.answer(
                TextRequest(system: "You are a pirate.", user: "Say hello.", sampling: .greedy, maxOutputTokens: 20))
            #expect(pirate.text != plain.text)
        }
    }

    @Test("An answer does not depend on those before it, nor on those asked for at once")
    func independence() async throws {
        try await withEngine(TextModel.options("qwen2.5")) { engine in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<6 {
                    group.addTask {
                        if index % 2 == 0 { _ = try await engine.answer(request("Other words.", limit: 3)) }
                        return try await engine.answer(request("Say hello.", limit: 12)).text
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(texts.count == 6)
            #expect(Set(texts).count == 1)
        }
    }

    @Test("A prompt that is too long is a reason of its own, and others go on")
    func shortContext() async throws {
        var options = TextModel.options("qwen3")
        options.contextLimit = 100
        try await withEngine(options) { engine in
            let error = await #expect(throws: ShotlistError.self) {
                try await engine.answer(request(String(repeating: "long ", count: 200), limit: 4))
            }
            #expect(error?.code == .contextTooShort)
            #expect(error?.remedy.isEmpty == false)
            let answer = try await engine.answer(request("Say hello.", limit: .max))
            #expect(answer.promptTokens + answer.outputTokens <= 100)
        }
    }

    /// Reading such a prompt takes this engine seconds, many times the time after which it is cancelled. A thread
    /// cancels: those of Swift's tasks may be busy with other tests.
    @Test("Cancelling stops the request at work and the one that waits", .timeLimit(.minutes(20)))
    func cancel() async throws {
        try await withEngine(TextModel.smolLM2()) { engine in
            let long = request(String(repeating: "A red car turns left. ", count: 1200), limit: 500)
            let atWork = Task { try await engine.answer(long) }
            let waiting = Task { try await engine.answer(long) }
            Thread.detachNewThread {
                Thread.sleep(forTimeInterval: 0.1)
                atWork.cancel()
                waiting.cancel()
            }
            await #expect(throws: CancellationError.self) { try await atWork.value }
            await #expect(throws: CancellationError.self) { try await waiting.value }
            let next = try await engine.answer(request("Say hello.", limit: 4))
            #expect(next.outputTokens == 4)
        }
    }

    @Test("A file that is no text model of a known family is refused")
    func otherFiles() async throws {
        let vocabulary = try Fixture.vocabulary("ggml-vocab-qwen2.gguf")
        let cases: [(String, ShotlistError.Code, String)] = [
            ("nowhere/model.gguf", .modelMissing, "does not exist"),
            (Fixture.path("text_goldens.json"), .modelInvalid, "is not a GGUF file"),
            (Tiny.options.projectorPath, .modelMismatch, "is a projector"),
            (Tiny.options.modelPath, .modelMismatch, "'qwen2vl'"),
            (try Fixture.vocabulary("ggml-vocab-gpt-2.gguf"), .modelMismatch, "'gpt2'"),
            (vocabulary, .modelInvalid, "holds a vocabulary and no weights"),
        ]
        for (path, code, words) in cases {
            let error = await #expect(throws: ShotlistError.self) {
                _ = try await LlamaTextEngine.load(LlamaTextOptions(modelPath: path))
            }
            #expect(error?.code == code, "\(path)")
            #expect(error?.message.contains(words) == true && error?.message.contains(path) == true, "\(path)")
            #expect(error?.remedy.isEmpty == false)
        }
        await #expect(throws: ShotlistError.self) {
            _ = try await LlamaTextEngine.load(
                LlamaTextOptions(modelPath: Fixture.path("tiny-qwen3-f32.gguf"), threads: 0))
        }
    }
}
