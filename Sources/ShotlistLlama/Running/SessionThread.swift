import NIOPosix
import Synchronization

/// One thread that owns a loaded model, and the way to it from Swift's tasks.
///
/// What is asked of it runs one after another; a task that is cancelled sets the flag that its work looks at.
final class SessionThread<Session>: Sendable {
    private let thread: NIOThreadPool
    private let session: Mutex<Session?>

    private init(thread: NIOThreadPool, session: sending Session) {
        self.thread = thread
        self.session = Mutex(session)
    }

    /// Starts the thread and loads the model on it.
    ///
    /// - Throws: what `load` throws; `CancellationError`.
    static func start(
        _ load: @escaping @Sendable (AbortFlag) throws -> sending Session
    ) async throws -> SessionThread {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let abort = AbortFlag()
        do {
            return try await withTaskCancellationHandler {
                try await thread.runIfActive { SessionThread(thread: thread, session: try load(abort)) }
            } onCancel: {
                abort.set()
            }
        } catch {
            // Ending threads fails only when they have ended, and the error that counts is the first.
            try? await thread.shutdownGracefully()
            throw error
        }
    }

    /// Does something with the session on its thread.
    ///
    /// - Throws: what `body` throws; `CancellationError` when the task was cancelled or the session has ended.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (Session, AbortFlag) throws -> Value
    ) async throws -> Value {
        let abort = AbortFlag()
        return try await withTaskCancellationHandler {
            try await thread.runIfActive {
                try self.session.withLock { session in
                    guard let session, !abort.isSet else { throw CancellationError() }
                    return try body(session, abort)
                }
            }
        } onCancel: {
            abort.set()
        }
    }

    /// Lets go of the session, on its thread, and ends the thread.
    func end() async {
        // Both calls fail only when the thread has ended before, and then there is nothing left to free.
        try? await thread.runIfActive { self.session.withLock { $0 = nil } }
        try? await thread.shutdownGracefully()
    }
}
