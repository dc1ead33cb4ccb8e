import NIOPosix
import ShotlistCore
import ShotlistEngines
import Synchronization

/// The embedded engine: llama.cpp and its vision towers in this process, for models of the Qwen2.5-VL architecture.
///
/// All that blocks runs on one thread of its own. Windows are captioned one after another; each waits in its own
/// task, so that the line is as long as the number of tasks that ask. The count of output tokens includes the one
/// that ends an answer, as the servers of the field count.
public final class LlamaEngine: CaptionEngine {
    public let identity: EngineIdentity
    private let thread: NIOThreadPool
    private let session: Mutex<CaptionSession?>

    private init(identity: EngineIdentity, thread: NIOThreadPool, session: sending CaptionSession) {
        self.identity = identity
        self.thread = thread
        self.session = Mutex(session)
    }

    /// Checks and loads the two files.
    ///
    /// - Throws: `CancellationError`; ``ShotlistError`` (`invalid_argument`, `model_missing`, `model_invalid`,
    ///   `model_mismatch`, `unknown_device`, `out_of_memory`).
    public static func load(_ options: LlamaOptions) async throws -> LlamaEngine {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let abort = AbortFlag()
        do {
            return try await withTaskCancellationHandler {
                try await thread.runIfActive {
                    let session = try CaptionSession(options: options, abort: abort)
                    return LlamaEngine(identity: try options.identity(), thread: thread, session: session)
                }
            } onCancel: {
                abort.set()
            }
        } catch {
            // Ending threads fails only when they have ended, and the error that counts is the first.
            try? await thread.shutdownGracefully()
            throw error
        }
    }

    public func caption(_ request: CaptionRequest) async throws -> CaptionAnswer {
        let abort = AbortFlag()
        return try await withTaskCancellationHandler {
            try await thread.runIfActive {
                try self.session.withLock { session in
                    guard let session else { throw CancellationError() }
                    return try session.answer(to: request, abort: abort)
                }
            }
        } onCancel: {
            abort.set()
        }
    }

    public func shutDown() async {
        // Both calls fail only when the thread has ended before, and then there is nothing left to free.
        try? await thread.runIfActive { self.session.withLock { $0 = nil } }
        try? await thread.shutdownGracefully()
    }
}

extension CaptionSession {
    /// The answer to a request, as ``CaptionEngine`` promises it.
    func answer(to request: CaptionRequest, abort: AbortFlag) throws -> CaptionAnswer {
        if abort.isSet { throw CancellationError() }
        let prompt = try prompt(WindowContent(request.input))
        let answer = try answer(
            to: prompt, sampling: request.sampling, limit: request.maxOutputTokens, abort: abort)
        let text = text(of: answer.tokens).trimmed
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
