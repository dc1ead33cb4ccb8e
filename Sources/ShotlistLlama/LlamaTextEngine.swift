import ShotlistCore
import ShotlistEngines

/// The embedded text engine: llama.cpp in this process, for Qwen2.5, Qwen3 and SmolLM2.
///
/// All that blocks runs on one thread of its own. Requests are answered one after another; each waits in its own task,
/// so that the line is as long as the number of tasks that ask. Qwen3 answers without thinking, and a block of thoughts
/// that it writes nevertheless is left out of the answer.
public final class LlamaTextEngine: TextEngine {
    public let identity: EngineIdentity
    private let session: SessionThread<TextSession>

    private init(identity: EngineIdentity, session: SessionThread<TextSession>) {
        self.identity = identity
        self.session = session
    }

    /// Checks and loads the file.
    ///
    /// - Throws: `CancellationError`; ``ShotlistError`` (`invalid_argument`, `model_missing`, `model_invalid`,
    ///   `model_mismatch`, `unknown_device`, `out_of_memory`).
    public static func load(_ options: LlamaTextOptions) async throws -> LlamaTextEngine {
        let session = try await SessionThread.start { try TextSession(options: options, abort: $0) }
        do {
            return LlamaTextEngine(identity: try options.identity(), session: session)
        } catch {
            await session.end()
            throw error
        }
    }

    public func answer(_ request: TextRequest) async throws -> TextAnswer {
        try await session.run { try $0.answer(to: request, abort: $1) }
    }

    public func shutDown() async {
        await session.end()
    }
}

extension TextSession {
    /// The answer to a request, as ``TextEngine`` promises it.
    func answer(to request: TextRequest, abort: AbortFlag) throws -> TextAnswer {
        let prompt = try tokens(of: family.layOut(system: request.system, user: request.user))
        let answer = try answer(
            to: prompt, sampling: request.sampling, limit: request.maxOutputTokens, abort: abort)
        let text = family.answer(in: answer.text).trimmed
        guard !text.isEmpty else {
            throw ShotlistError(
                .emptyCaption, "The model answered nothing.", remedy: "Try another prompt or another model.")
        }
        return TextAnswer(
            text: text, finishReason: answer.finishReason, promptTokens: prompt.count, outputTokens: answer.count,
            promptSeconds: answer.promptSeconds, outputSeconds: answer.outputSeconds)
    }
}
