import ShotlistCore
import Synchronization

/// What ends a worker's work before its input does, from wherever it comes: a run that failed, or a feeder that is gone.
final class Stopping: Sendable {
    private struct State {
        var cancel: (@Sendable () -> Void)?
        var isStopped = false
        var failure: ShotlistError?
    }

    private let state = Mutex(State())

    /// Why it ended; nil where nothing failed.
    var failure: ShotlistError? { state.withLock { $0.failure } }

    /// Says what is to be stopped.
    func begin(_ cancel: @escaping @Sendable () -> Void) {
        let isStopped = state.withLock { state in
            state.cancel = cancel
            return state.isStopped
        }
        if isStopped { cancel() }
    }

    /// Stops it; the first reason is the one that counts.
    func stop(for error: ShotlistError? = nil) {
        let cancel = state.withLock { state in
            state.isStopped = true
            if state.failure == nil { state.failure = error }
            return state.cancel
        }
        cancel?()
    }
}
