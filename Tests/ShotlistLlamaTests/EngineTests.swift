import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLlama
import Testing

/// The engine through the door that the pipeline uses.
@Suite("Embedded engine", .serialized)
struct EngineTests {
    private let window = WindowInput(
        frames: (0..<8).map {
            PreparedFrame(Tiny.frame($0, size: PixelSize(width: 140, height: 140)), dtype: .float32)
        },
        resizedSize: PixelSize(width: 140, height: 140), frameIndices: Array(0..<8), effectiveFPS: 2,
        videoFPS: 2, prompt: Goldens.prompt)

    private func request(limit: Int, sampling: SamplingParameters = .qwen) -> CaptionRequest {
        CaptionRequest(input: window, sampling: sampling, maxOutputTokens: limit)
    }

    private func withEngine<Value>(
        _ options: LlamaOptions = Tiny.options, _ body: (LlamaEngine) async throws -> Value
    ) async throws -> Value {
        try await BatchModel.withEngine(options, body)
    }

    @Test("Counts tokens, says how it stopped and who answered")
    func counts() async throws {
        let answer = try await withEngine { engine in
            #expect(engine.identity.modelID == "tiny-text-f32.gguf")
            #expect(engine.identity.modelRevision.count == 16)
            return try await engine.caption(request(limit: 20))
        }
        #expect(answer.visionTokens == 4 * 25)
        #expect(answer.promptTokens == Goldens.all.before.count + 4 * 25 + Goldens.all.after.count)
        #expect(answer.outputTokens == 20)
        #expect(answer.finishReason == .length)
        #expect(!answer.text.isEmpty)
    }

    @Test("A window's caption does not depend on the windows before it, nor on those asked for at once")
    func independence() async throws {
        let texts = try await withEngine { engine in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await engine.caption(request(limit: 12)).text }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(texts.count == 6)
        #expect(Set(texts).count == 1)
    }

    @Test("A context that is too short is a reason of its own, and other windows go on")
    func shortContext() async throws {
        var options = Tiny.options
        options.contextLimit = 150
        try await withEngine(options) { engine in
            var long = window
            long = WindowInput(
                frames: window.frames + window.frames, resizedSize: window.resizedSize,
                frameIndices: Array(0..<16), effectiveFPS: 2, videoFPS: 2, prompt: window.prompt)
            let error = await #expect(throws: ShotlistError.self) {
                try await engine.caption(
                    CaptionRequest(input: long, sampling: .greedy, maxOutputTokens: 4))
            }
            #expect(error?.code == .contextTooShort)
            #expect(error?.message.contains("200 of them video") == true)
            let answer = try await engine.caption(request(limit: .max, sampling: .greedy))
            #expect(answer.promptTokens + answer.outputTokens <= 150)
        }
    }

    @Test("Frames that cannot be cut into tokens concern their window alone")
    func oddFrames() async throws {
        try await withEngine { engine in
            let size = PixelSize(width: 100, height: 100)
            let odd = WindowInput(
                frames: (0..<4).map { PreparedFrame(Tiny.frame($0, size: size), dtype: .uint8) }, resizedSize: size,
                frameIndices: Array(0..<4), effectiveFPS: 2, videoFPS: 2, prompt: window.prompt)
            let error = await #expect(throws: ShotlistError.self) {
                try await engine.caption(CaptionRequest(input: odd, sampling: .greedy, maxOutputTokens: 4))
            }
            #expect(error?.code == .engineFailed)
            let next = try await engine.caption(request(limit: 4))
            #expect(next.outputTokens == 4)
        }
    }

    @Test("Frames at the source's size are resized to what the window says")
    func sourceSize() async throws {
        let source = (0..<4).map { Tiny.frame($0, size: PixelSize(width: 168, height: 168)) }
        let target = PixelSize(width: 84, height: 84)
        func input(_ frames: [RGBFrame]) -> WindowInput {
            WindowInput(
                frames: frames.map { PreparedFrame($0, dtype: .uint8) }, resizedSize: target,
                frameIndices: Array(0..<4), effectiveFPS: 2, videoFPS: 2, prompt: window.prompt)
        }
        let inputs = [input(source), input(source.map { BicubicResize.resize($0, to: target) })]
        let answers = try await withEngine { engine in
            var answers: [CaptionAnswer] = []
            for input in inputs {
                answers.append(
                    try await engine.caption(CaptionRequest(input: input, sampling: .qwen, maxOutputTokens: 12)))
            }
            return answers
        }
        #expect(answers.map(\.visionTokens) == [18, 18])
        #expect(Set(answers.map(\.text)).count == 1)
    }

    /// A window takes this engine more than a second, many times the time after which it is cancelled. A thread cancels:
    /// those of Swift's tasks may be busy with other tests.
    @Test("Cancelling stops the window at work and the one that waits", .timeLimit(.minutes(20)))
    func cancel() async throws {
        let count = 288
        let frames = (0..<count).map { window.frames[$0 % window.frames.count] }
        let long = CaptionRequest(
            input: WindowInput(
                frames: frames, resizedSize: window.resizedSize, frameIndices: Array(0..<count), effectiveFPS: 2,
                videoFPS: 2, prompt: window.prompt),
            sampling: .greedy, maxOutputTokens: 3000)
        try await withEngine { engine in
            let atWork = Task { try await engine.caption(long) }
            let waiting = Task { try await engine.caption(long) }
            Thread.detachNewThread {
                Thread.sleep(forTimeInterval: 0.1)
                atWork.cancel()
                waiting.cancel()
            }
            await #expect(throws: CancellationError.self) { try await atWork.value }
            await #expect(throws: CancellationError.self) { try await waiting.value }
            let next = try await engine.caption(request(limit: 4))
            #expect(next.outputTokens == 4)
        }
    }

    @Test("What is aborted before it begins does not begin")
    func abort() throws {
        let session = try CaptionSession(options: Tiny.options)
        let golden = try #require(Goldens.all.windows.last)
        let abort = AbortFlag()
        abort.set()
        #expect(throws: CancellationError.self) {
            try session.answer(
                to: try Tiny.prompt(golden, in: session), sampling: .greedy, limit: 4, abort: abort)
        }
    }

    @Test("Says what it is made of")
    func systemInfo() {
        let info = LlamaSystemInfo.current
        #expect(info.version.contains(", ggml "))
        #expect(info.version.contains { $0.isNumber })
        #expect(info.backends.contains("CPU"))
        #expect(info.devices.contains { $0.kind == .cpu && $0.name == "CPU" })
        #expect(info.cpuFeatures.allSatisfy { !$0.isEmpty && !$0.contains(" ") })
        #expect(!info.cpuFeatures.isEmpty)
    }
}

extension Goldens {
    /// The prompt of the goldens.
    // A test without its fixture must fail, and a static value cannot throw.
    // swift-format-ignore: NeverUseForceTry
    static let prompt = try! Prompt(text: Goldens.all.prompt)
}
