import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Synchronization
import Testing

/// What a batch does on a machine with room for fewer windows than were asked for.
@Suite("A batch with little room", .serialized)
struct BatchMemoryTests {
    @Test("Memory for fewer windows than asked for is said, and all are answered")
    func memory() async throws {
        let model = BatchModel.qwen25
        var options = model.options
        options.batchSize = 8
        let golden = try #require(Goldens.all.windows.first)
        let need = try MemoryNeed.of(
            text: options.modelPath, projector: options.projectorPath, contextTokens: 256, sequences: 3,
            largestFrame: golden.size)
        let room = need.cache + need.compute + need.vision + need.embeddings + need.recurrentState
        let loaded = Mutex(false)
        let notices = Mutex<[String]>([])
        let session = try CaptionSession(options: options) {
            MachineMemory(available: loaded.withLock { $0 } ? room : 4_000_000_000, total: 8_000_000_000)
        } onNotice: { notice in
            notices.withLock { $0.append(notice) }
        }
        loaded.withLock { $0 = true }
        let answer = try session.answer(to: try Tiny.prompt(golden, in: session), sampling: .greedy, limit: 4)
        #expect(answer.count == 4)
        let notice = try #require(notices.withLock { $0.first })
        #expect(notice.hasPrefix("Memory allows "))
        #expect(notice.contains("instead of 8"))
    }

    @Test(
        "Of windows that all need more room than there is beside one another one is refused, and the other goes on",
        .timeLimit(.minutes(20)))
    func starving() async throws {
        let scene = try Scene()
        let (options, request, short, long) = (scene.options, scene.request, scene.short, scene.long)
        let (few, many) = try await scene.needs()
        // Two small contexts are there and given back, but for what they hold; with that one large one fits, not two.
        let held = try MemoryNeed.of(
            text: options.modelPath, projector: nil, contextTokens: (few + 255) / 256 * 256, sequences: 2)
        let back = held.compute
        let large = (many + 255) / 256 * 256
        let room = try (scene.work(large, 1) + scene.work(large, 2)) / 2 - back
        let isLoaded = Mutex(false)
        let engine = try await LlamaEngine.load(options) {
            MachineMemory(available: isLoaded.withLock { $0 } ? room : 4_000_000_000, total: 8_000_000_000)
        }
        isLoaded.withLock { $0 = true }
        let meeting = Meeting()
        let results = await withTaskGroup(of: Result<String, any Error>.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do {
                        return .success(
                            try await engine.withWindow(request.input, asksAgain: true) { window in
                                _ = try await window.answer(short)
                                try await meeting.wait(for: 2)
                                return try await window.answer(long).text
                            })
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        await engine.shutDown()
        let errors = results.compactMap { result -> ShotlistError? in
            if case .failure(let error) = result { error as? ShotlistError } else { nil }
        }
        #expect(errors.map(\.code) == [.outOfMemory], "\(errors)")
        #expect(errors.first?.message.hasPrefix("There is no memory for a longer question beside") == true)
    }

    @Test(
        "Room for the longest question that may follow is planned with the first, and then no window is refused",
        .timeLimit(.minutes(20)))
    func furtherRoom() async throws {
        let scene = try Scene()
        let large = try await (scene.needs().many + 255) / 256 * 256
        let room = try (scene.work(large, 1) + scene.work(large, 2)) / 2
        var options = scene.options
        options.furtherQuestions = [FurtherQuestion(text: scene.long.prompt.text)]
        let isLoaded = Mutex(false)
        let notices = Mutex<[String]>([])
        let machine: @Sendable () -> MachineMemory? = {
            MachineMemory(available: isLoaded.withLock { $0 } ? room : 4_000_000_000, total: 8_000_000_000)
        }
        let engine = try await LlamaEngine.load(options, machine: machine) { notice in
            notices.withLock { $0.append(notice) }
        }
        isLoaded.withLock { $0 = true }
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await engine.withWindow(scene.request.input, asksAgain: true) { window in
                        _ = try await window.answer(scene.short)
                        return try await window.answer(scene.long).text
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        await engine.shutDown()
        #expect(answers.count == 4)
        #expect(Set(answers).count == 1)
        #expect(notices.withLock { $0.map { $0.prefix(39) } } == ["Memory allows 1 at once instead of 2: c"])
    }
}

/// A window, a short question about it and a much longer one.
private struct Scene: Sendable {
    let model = BatchModel.qwen25
    let options: LlamaOptions
    let request: CaptionRequest
    let short: CaptionQuestion
    let long: CaptionQuestion

    init() throws {
        var options = model.options
        options.batchSize = 2
        self.options = options
        let model = model
        request = CaptionRequest(
            input: WindowInput(
                frames: (0..<4).map { model.frame($0) }, resizedSize: model.size, frameIndices: Array(0..<4),
                effectiveFPS: 2, videoFPS: 2, prompt: try Prompt(text: "What is there?")),
            sampling: .qwen, maxOutputTokens: 8)
        short = CaptionQuestion(prompt: request.input.prompt, sampling: .qwen, maxOutputTokens: 8)
        long = CaptionQuestion(
            prompt: try Prompt(text: String(repeating: "Tell more and more of it. ", count: 90)), sampling: .qwen,
            maxOutputTokens: 8)
    }

    /// Tokens that the short and the long question take with their answers.
    func needs() async throws -> (few: Int, many: Int) {
        try await BatchModel.withEngine(options) { engine in
            try await engine.withWindow(request.input, asksAgain: true) { window in
                (try await window.answer(short).promptTokens + 8, try await window.answer(long).promptTokens + 8)
            }
        }
    }

    /// What contexts take beside the weights.
    func work(_ tokens: Int, _ sequences: Int) throws -> Int {
        let need = try MemoryNeed.of(
            text: options.modelPath, projector: options.projectorPath, contextTokens: tokens, sequences: sequences,
            largestFrame: model.size)
        return need.cache + need.recurrentState + need.compute + need.vision + need.embeddings
    }
}

/// Tasks that wait for one another.
private final class Meeting: Sendable {
    private let present = Mutex(0)

    /// Waits until so many are here.
    func wait(for count: Int) async throws {
        present.withLock { $0 += 1 }
        while present.withLock({ $0 }) < count { try await Task.sleep(for: .milliseconds(2)) }
    }
}
