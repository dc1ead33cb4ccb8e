import ShotlistCore
import ShotlistEngines

/// The embedded engine: llama.cpp and its vision towers in this process, for the families of models that it knows.
///
/// It answers several windows at once (``LlamaOptions/batchSize``); as soon as one leaves, the next that waits enters.
/// All that blocks runs on two threads of its own, one for the text model and one for frames. Each window waits in its
/// own task, so that the line is as long as the number of tasks that ask. The count of output tokens includes the one
/// that ends an answer, as the servers of the field count.
public final class LlamaEngine: CaptionEngine {
    public let identity: EngineIdentity
    private let door: LoopDoor<CaptionSession>
    private let family: VisionFamily
    private let counts: FrameCounts

    private init(
        identity: EngineIdentity, door: LoopDoor<CaptionSession>, family: VisionFamily, counts: FrameCounts
    ) {
        self.identity = identity
        self.door = door
        self.family = family
        self.counts = counts
    }

    /// Checks and loads the two files.
    ///
    /// - Parameter onNotice: takes what a person may want to know, such as that memory allows fewer windows at once.
    /// - Throws: `CancellationError`; ``ShotlistError`` (`invalid_argument`, `model_missing`, `model_invalid`,
    ///   `model_mismatch`, `unknown_device`, `out_of_memory`).
    public static func load(
        _ options: LlamaOptions, onNotice: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> LlamaEngine {
        try await load(options, machine: { .current }, onNotice: onNotice)
    }

    /// The same on a machine with the memory that `machine` says, for tests.
    package static func load(
        _ options: LlamaOptions, machine: @escaping @Sendable () -> MachineMemory?,
        onNotice: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> LlamaEngine {
        let (door, facts) = try await LoopDoor<CaptionSession>.start {
            try CaptionSession(options: options, abort: $0, machine: machine, onNotice: onNotice)
        }
        do {
            return LlamaEngine(
                identity: try options.identity(), door: door, family: facts.family, counts: facts.counts)
        } catch {
            await door.end()
            throw error
        }
    }

    public var statistics: EngineStatistics? { counts.statistics }

    public func caption(_ request: CaptionRequest) async throws -> CaptionAnswer {
        let answer = try await withWindow(request.input, asksAgain: false) { window in
            try await window.answer(
                CaptionQuestion(
                    prompt: request.input.prompt, sampling: request.sampling,
                    maxOutputTokens: request.maxOutputTokens))
        }
        guard !answer.text.isEmpty else {
            throw ShotlistError(
                .emptyCaption, "The model answered nothing.", remedy: "Try another prompt or another model.")
        }
        return answer
    }

    public func withWindow<Result: Sendable>(
        _ input: WindowInput, asksAgain: Bool, _ body: @Sendable (any OpenWindow) async throws -> Result
    ) async throws -> Result {
        try await door.showing(ShownWindow(input: input, asksAgain: asksAgain), asksAgain: asksAgain) { id in
            try await body(SeatedWindow(id: id, door: door, family: family))
        }
    }

    public func shutDown() async {
        await door.end()
    }
}

/// A window that is with the engine.
private struct SeatedWindow: OpenWindow {
    let id: Int
    let door: LoopDoor<CaptionSession>
    let family: VisionFamily

    func answer(_ question: CaptionQuestion) async throws -> CaptionAnswer {
        let answer = try await door.ask(question, about: id)
        return CaptionAnswer(
            text: family.caption(in: answer.tokens.text).trimmed, finishReason: answer.tokens.finishReason,
            promptTokens: answer.promptTokens,
            visionTokens: answer.visionTokens, outputTokens: answer.tokens.count, reusedTokens: answer.reusedTokens,
            promptSeconds: answer.tokens.promptSeconds, outputSeconds: answer.tokens.outputSeconds)
    }
}
