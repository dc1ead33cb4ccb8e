import Synchronization

/// Work that nothing can stop, but that may be left alone at any point.
enum Abandonable {
    /// Waits for work. When the task is cancelled it is not waited for any more, and goes on until the process ends.
    ///
    /// - Throws: what the work throws; `CancellationError`.
    static func wait<Value: Sendable>(for work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let waiting = Waiting<Value>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiting.begin(continuation)
                Task {
                    do {
                        waiting.end(.success(try await work()))
                    } catch {
                        waiting.end(.failure(error))
                    }
                }
            }
        } onCancel: {
            waiting.end(.failure(CancellationError()))
        }
    }
}

/// Who waits, and what came first: the work's end, or that nobody wants it any more.
private final class Waiting<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value, any Error>?
        var result: Result<Value, any Error>?
    }

    private let state = Mutex(State())

    func begin(_ continuation: CheckedContinuation<Value, any Error>) {
        let early = state.withLock { state in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let early { continuation.resume(with: early) }
    }

    func end(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard state.result == nil else { return nil }
            state.result = result
            return state.continuation
        }
        waiting?.resume(with: result)
    }
}
