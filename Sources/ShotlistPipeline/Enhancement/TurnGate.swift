import Synchronization

/// Lets tasks wait for what ``ModelTurns`` says.
final class TurnGate: Sendable {
    private typealias Waiter = CheckedContinuation<ModelTurns.Admission, any Error>

    private struct State {
        var turns = ModelTurns()
        var tickets = 0
        var captions: [Int: Waiter] = [:]
        var enhancement: CheckedContinuation<Void, any Error>?
    }

    private let state = Mutex(State())
    private let bringBack: @Sendable () async throws -> Void

    /// - Parameter bringBack: loads the model that captions, which had left.
    init(bringBack: @escaping @Sendable () async throws -> Void) {
        self.bringBack = bringBack
    }

    /// Captions a window when it is the turn of the model that does.
    ///
    /// - Throws: what `caption` throws, and what bringing the model back throws; `CancellationError`.
    func captioning<Value: Sendable>(_ caption: @Sendable () async throws -> Value) async throws -> Value {
        if try await admission() == .bringBack {
            try await bringBack()
            let called = state.withLock { state in
                state.turns.hasReturned().compactMap { state.captions.removeValue(forKey: $0) }
            }
            for waiter in called { waiter.resume(returning: .go) }
        }
        defer { end() }
        return try await caption()
    }

    /// Waits until no caption is being made; none begins before ``leaveTurn()``.
    ///
    /// - Throws: `CancellationError`.
    func takeTurn() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    // The handler below takes the same lock: a task that is cancelled later than here is found there.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.turns.want() { return .success(()) }
                    state.enhancement = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            state.withLock { $0.enhancement.take() }?.resume(throwing: CancellationError())
        }
    }

    /// Captions may begin again.
    func leaveTurn() {
        let waiter = state.withLock { state in
            state.turns.leave().flatMap { state.captions.removeValue(forKey: $0) }
        }
        waiter?.resume(returning: .bringBack)
    }

    private func admission() async throws -> ModelTurns.Admission {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: Waiter) in
                let result = state.withLock { state -> Result<ModelTurns.Admission, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    let admission = state.turns.begin(ticket)
                    guard admission == .wait else { return .success(admission) }
                    state.captions[ticket] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.turns.abandon(ticket) ? state.captions.removeValue(forKey: ticket) : nil
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func end() {
        let waiter = state.withLock { state in
            state.turns.end() ? state.enhancement.take() : nil
        }
        waiter?.resume()
    }
}
