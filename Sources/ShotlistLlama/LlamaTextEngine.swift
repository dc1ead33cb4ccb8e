import ShotlistCore
import ShotlistEngines

/// The embedded text engine: llama.cpp in this process, for Qwen2.5, Qwen3 and SmolLM2.
///
/// It answers several requests at once (``LlamaTextOptions/batchSize``); as soon as one leaves, the next that waits enters.
/// All that blocks runs on one thread of its own. Each request waits in its own task, so that the line is as long as the
/// number of tasks that ask. What requests begin with alike, a system's words, is computed once. Qwen3 answers without
/// thinking, and a block of thoughts that it writes nevertheless is left out of the answer.
public final class LlamaTextEngine: TextEngine {
    public let identity: EngineIdentity
    private let door: LoopDoor<TextSession>
    private let family: TextFamily

    private init(identity: EngineIdentity, door: LoopDoor<TextSession>, family: TextFamily) {
        self.identity = identity
        self.door = door
        self.family = family
    }

    /// Checks and loads the file.
    ///
    /// - Parameter onNotice: takes what a person may want to know, such as that memory allows fewer requests at once.
    /// - Throws: `CancellationError`; ``ShotlistError`` (`invalid_argument`, `model_missing`, `model_invalid`,
    ///   `model_mismatch`, `unknown_device`, `out_of_memory`).
    public static func load(
        _ options: LlamaTextOptions, onNotice: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> LlamaTextEngine {
        let (door, family) = try await LoopDoor<TextSession>.start {
            try TextSession(options: options, abort: $0, onNotice: onNotice)
        }
        do {
            return LlamaTextEngine(identity: try options.identity(), door: door, family: family)
        } catch {
            await door.end()
            throw error
        }
    }

    public func answer(_ request: TextRequest) async throws -> TextAnswer {
        let answer = try await door.showing(NoContent(), asksAgain: false) { try await door.ask(request, about: $0) }
        let text = family.answer(in: answer.tokens.text).trimmed
        guard !text.isEmpty else {
            throw ShotlistError(
                .emptyCaption, "The model answered nothing.", remedy: "Try another prompt or another model.")
        }
        return TextAnswer(
            text: text, finishReason: answer.tokens.finishReason, promptTokens: answer.promptTokens,
            outputTokens: answer.tokens.count, reusedTokens: answer.reusedTokens,
            promptSeconds: answer.tokens.promptSeconds, outputSeconds: answer.tokens.outputSeconds)
    }

    public func shutDown() async {
        await door.end()
    }
}
