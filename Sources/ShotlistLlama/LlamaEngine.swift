import ShotlistCore
import ShotlistEngines

/// The embedded engine: llama.cpp and its vision towers in this process, for the families of models that it knows.
///
/// All that blocks runs on one thread of its own. Windows are captioned one after another; each waits in its own
/// task, so that the line is as long as the number of tasks that ask. The count of output tokens includes the one
/// that ends an answer, as the servers of the field count.
public final class LlamaEngine: CaptionEngine {
    public let identity: EngineIdentity
    private let session: SessionThread<CaptionSession>

    private init(identity: EngineIdentity, session: SessionThread<CaptionSession>) {
        self.identity = identity
        self.session = session
    }

    /// Checks and loads the two files.
    ///
    /// - Throws: `CancellationError`; ``ShotlistError`` (`invalid_argument`, `model_missing`, `model_invalid`,
    ///   `model_mismatch`, `unknown_device`, `out_of_memory`).
    public static func load(_ options: LlamaOptions) async throws -> LlamaEngine {
        let session = try await SessionThread.start { try CaptionSession(options: options, abort: $0) }
        do {
            return LlamaEngine(identity: try options.identity(), session: session)
        } catch {
            await session.end()
            throw error
        }
    }

    public func caption(_ request: CaptionRequest) async throws -> CaptionAnswer {
        try await session.run { try $0.answer(to: request, abort: $1) }
    }

    public func shutDown() async {
        await session.end()
    }
}

extension CaptionSession {
    /// The answer to a request, as ``CaptionEngine`` promises it.
    func answer(to request: CaptionRequest, abort: AbortFlag) throws -> CaptionAnswer {
        let prompt = try prompt(WindowContent(request.input))
        let answer = try answer(
            to: prompt, sampling: request.sampling, limit: request.maxOutputTokens, abort: abort)
        let text = caption(in: answer)
        guard !text.isEmpty else {
            throw ShotlistError(
                .emptyCaption, "The model answered nothing.", remedy: "Try another prompt or another model.")
        }
        return CaptionAnswer(
            text: text, finishReason: answer.finishReason, promptTokens: prompt.tokenCount,
            visionTokens: prompt.visionTokenCount, outputTokens: answer.count, promptSeconds: answer.promptSeconds,
            outputSeconds: answer.outputSeconds)
    }
}
