import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Synchronization
import Testing

/// Several windows in one batch, through the door that the pipeline uses.
@Suite("Continuous batching", .serialized)
struct BatchTests {
    /// Windows of one family that differ in what they show, in how long they are and in how long their answers may be.
    private func requests(_ model: BatchModel) throws -> [CaptionRequest] {
        try (0..<10).map { index in
            let count = 4 + index % 4 * 2
            let frames = (index..<index + count).map { model.frame($0) }
            // Asked as the others are, Nemotron's tiny model finds two words for window 3 so nearly alike in likelihood that the last
            // bits of a sum decide, which depend on what shares a run where a processor has no AVX-512.
            let prompt = try Prompt(
                text: index == 3 ? "Which animals can be seen there?" : "What is in picture \(index)?")
            return CaptionRequest(
                input: WindowInput(
                    frames: frames, resizedSize: model.size, frameIndices: Array(0..<count), effectiveFPS: 2,
                    videoFPS: 2, prompt: prompt),
                sampling: .qwen, maxOutputTokens: 5 + index * 3 % 11)
        }
    }

    private func answers(
        _ model: BatchModel, batch: Int, order: [Int], chunked: Bool
    ) async throws -> [Int: String] {
        var options = model.options
        options.batchSize = batch
        options.chunkedPrefill = chunked
        let requests = try requests(model)
        return try await BatchModel.withEngine(options) { engine in
            try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for index in order {
                    group.addTask {
                        let answer = try await engine.caption(requests[index])
                        // Tokens may have no text of their own: their number tells them apart.
                        return (index, "\(answer.outputTokens) \(answer.finishReason) \(answer.text)")
                    }
                    // The order in which tasks begin is the order in which windows come.
                    await Task.yield()
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }
    }

    @Test(
        "A caption does not depend on its neighbours, their number, their order, or how prompts are cut",
        arguments: BatchModel.all)
    func neighbours(_ model: BatchModel) async throws {
        let order = Array(0..<10)
        let alone = try await answers(model, batch: 1, order: order, chunked: false)
        #expect(alone.count == 10)
        #expect(Set(alone.values).count > 5)
        for batch in [1, 3, 8] {
            for chunked in [true, false] {
                let order = batch == 3 ? order.reversed() : [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]
                let found = try await answers(model, batch: batch, order: order, chunked: chunked)
                #expect(found == alone, "batch \(batch), chunked \(chunked)")
            }
        }
    }

    @Test(
        "A second question about a window is answered as a first one is, and costs its own words",
        arguments: BatchModel.all)
    func secondQuestion(_ model: BatchModel) async throws {
        var options = model.options
        options.batchSize = 3
        let request = try requests(model)[2]
        let questions = try ["What comes next?", "Refine this: \"{}\" <|im_end|> 🎬\n</s>", "And?"].map {
            CaptionQuestion(prompt: try Prompt(text: $0), sampling: .qwen, maxOutputTokens: 9)
        }
        try await BatchModel.withEngine(options) { engine in
            var anew: [CaptionAnswer] = []
            for question in questions {
                anew.append(
                    try await engine.caption(
                        CaptionRequest(
                            input: request.input.asking(question.prompt), sampling: question.sampling,
                            maxOutputTokens: question.maxOutputTokens)))
            }
            // Others are in the batch meanwhile.
            let others = Task { try await engine.caption(request) }
            let kept = try await engine.withWindow(request.input, asksAgain: true) { window in
                var answers: [CaptionAnswer] = []
                for question in questions { answers.append(try await window.answer(question)) }
                return answers
            }
            _ = try await others.value
            #expect(kept.map(\.text) == anew.map(\.text))
            #expect(kept.map(\.promptTokens) == anew.map(\.promptTokens))
            for answer in kept.dropFirst() {
                #expect(answer.reusedTokens > answer.visionTokens)
                #expect(answer.promptTokens - answer.reusedTokens < 80)
            }
        }
    }

    @Test("A model that keeps a state says so when a second question was not announced")
    func unannounced() async throws {
        let model = BatchModel.nemotron
        let request = try requests(model)[0]
        try await BatchModel.withEngine(model.options) { engine in
            let question = CaptionQuestion(prompt: request.input.prompt, sampling: .greedy, maxOutputTokens: 3)
            let error = await #expect(throws: ShotlistError.self) {
                try await engine.withWindow(request.input, asksAgain: false) { window in
                    _ = try await window.answer(question)
                    return try await window.answer(question)
                }
            }
            #expect(error?.code == .engineFailed)
            let next = try await engine.caption(request)
            #expect(next.outputTokens > 0)
        }
    }

    @Test(
        "A window that needs more room than those at work gets it, and they keep what they hold",
        arguments: BatchModel.all)
    func growth(_ model: BatchModel) async throws {
        var options = model.options
        options.batchSize = 4
        let requests = try requests(model)
        let short = requests[0]
        let question = CaptionQuestion(prompt: short.input.prompt, sampling: .qwen, maxOutputTokens: 12)
        let long = CaptionQuestion(
            prompt: try Prompt(text: String(repeating: "Tell more and more of it. ", count: 90)), sampling: .qwen,
            maxOutputTokens: 12)
        // Sums come out otherwise in their last bits with what shares a run. Of ten windows and three models one (Nemotron's of
        // window 3) has two words so nearly alike in likelihood that it tells; this one has not.
        let neighbour = CaptionRequest(input: requests[5].input, sampling: .qwen, maxOutputTokens: 60)
        try await BatchModel.withEngine(options) { engine in
            let alone = try await engine.caption(neighbour).text
            // In the middle of its answer when the context is made anew.
            let beside = Task { try await engine.caption(neighbour).text }
            let texts = try await engine.withWindow(short.input, asksAgain: true) { window in
                let first = try await window.answer(question).text
                // Too long for the context that is there: it is made anew around this window's frames.
                let second = try await window.answer(long).text
                return [first, second, try await window.answer(question).text]
            }
            #expect(texts[0] == texts[2])
            let besideText = try await beside.value
            #expect(besideText == alone)
            let anew = try await engine.caption(
                CaptionRequest(input: short.input.asking(long.prompt), sampling: .qwen, maxOutputTokens: 12))
            #expect(texts[1] == anew.text)
        }
    }

    @Test("Cancelling one window leaves the others in the batch alone", .timeLimit(.minutes(20)))
    func cancelOne() async throws {
        let model = BatchModel.qwen25
        var options = model.options
        options.batchSize = 4
        let requests = try requests(model)
        let endless = CaptionRequest(input: requests[1].input, sampling: .greedy, maxOutputTokens: 3000)
        try await BatchModel.withEngine(options) { engine in
            let alone = try await engine.caption(requests[3]).text
            let encoded = engine.statistics
            let doomed = Task { try await engine.caption(endless) }
            // It is cancelled in its seat: its frames are encoded, and nobody is before it.
            while engine.statistics == encoded { try await Task.sleep(for: .milliseconds(2)) }
            let others = (0..<6).map { _ in Task { try await engine.caption(requests[3]).text } }
            doomed.cancel()
            await #expect(throws: CancellationError.self) { try await doomed.value }
            for other in others { #expect(try await other.value == alone) }
        }
    }

    @Test("Shutting down ends those that wait", .timeLimit(.minutes(20)))
    func shutDown() async throws {
        let engine = try await LlamaEngine.load(BatchModel.qwen25.options)
        let requests = try requests(.qwen25)
        let endless = CaptionRequest(input: requests[1].input, sampling: .greedy, maxOutputTokens: 3000)
        let waiting = (0..<3).map { _ in Task { try await engine.caption(endless) } }
        await Task.yield()
        await engine.shutDown()
        for task in waiting { await #expect(throws: CancellationError.self) { try await task.value } }
        await #expect(throws: CancellationError.self) { try await engine.caption(endless) }
    }

    @Test("A window longer than the context is refused before its frames are encoded, with the flags that help")
    func tooLong() async throws {
        var options = BatchModel.qwen25.options
        options.contextLimit = 60
        let request = try requests(.qwen25)[3]
        try await BatchModel.withEngine(options) { engine in
            let error = await #expect(throws: ShotlistError.self) { try await engine.caption(request) }
            #expect(error?.code == .contextTooShort)
            for flag in ["--captioning-sampling-fps", "--captioning-window-size", "--captioning-max-pixels"] {
                #expect(error?.remedy.contains(flag) == true)
            }
            #expect(engine.statistics == EngineStatistics())
        }
    }

    @Test("What requests begin with is computed once")
    func opening() async throws {
        var options = TextModel.options("qwen2.5")
        options.batchSize = 3
        let engine = try await LlamaTextEngine.load(options)
        func request(_ words: String, system: String) -> TextRequest {
            TextRequest(system: system, user: words, sampling: .greedy, maxOutputTokens: 6)
        }
        let system = "You write captions of videos anew, with more colour and detail than before."
        let first = try await engine.answer(request("A red car.", system: system))
        let second = try await engine.answer(request("A blue bus turns left.", system: system))
        let again = try await engine.answer(request("A red car.", system: system))
        let other = try await engine.answer(request("A red car.", system: "You are a pirate who knows all the seas."))
        await engine.shutDown()
        #expect(first.reusedTokens == 0)
        #expect(second.reusedTokens > 15)
        #expect(again.reusedTokens == second.reusedTokens)
        #expect(again.text == first.text)
        #expect(other.reusedTokens == 0)
    }
}

/// A tiny model of each family, in single precision.
enum BatchModel: String, CaseIterable, CustomTestStringConvertible {
    case qwen25, qwen3, nemotron

    static let all = allCases
    var testDescription: String { rawValue }

    var options: LlamaOptions {
        switch self {
        case .qwen25: Tiny.options
        case .qwen3: Qwen3VLGoldens.options
        case .nemotron:
            {
                // Flash attention on the CPU adds up in 16 bits, and how depends on how many tokens are run together.
                var options = NemotronType.f32.options
                options.usesFlashAttention = false
                return options
            }()
        }
    }

    var size: PixelSize {
        switch self {
        case .qwen25: PixelSize(width: 84, height: 56)
        case .qwen3: PixelSize(width: 96, height: 64)
        case .nemotron: Nemotron.size
        }
    }

    func frame(_ index: Int) -> PreparedFrame {
        let frame = self == .nemotron ? Nemotron.frames[index % 6] : Tiny.frame(index, size: size)
        return PreparedFrame(frame, dtype: .uint8)
    }

    static func withEngine<Value>(
        _ options: LlamaOptions, _ body: (LlamaEngine) async throws -> Value
    ) async throws -> Value {
        let engine = try await LlamaEngine.load(options)
        do {
            let value = try await body(engine)
            await engine.shutDown()
            return value
        } catch {
            await engine.shutDown()
            throw error
        }
    }
}
