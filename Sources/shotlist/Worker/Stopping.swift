import ShotlistCore
import Synchronization

/// What ends a worker's work before its input does, from wherever it comes: a run that failed, or a feeder that is gone.
final class Stopping: Sendable {
    private struct State {
        var work: Task<Void, any Error>?
        var isStopped = false
        var failure: ShotlistError?
    }

    private let state = Mutex(State())

    /// Why it ended; nil where nothing failed.
    var failure: ShotlistError? { state.withLock { $0.failure } }

    /// Says what is to be stopped.
    func begin(_ work: Task<Void, any Error>) {
        let isStopped = state.withLock { state in
            state.work = work
            return state.isStopped
        }
        if isStopped { work.cancel() }
    }

    /// Stops it; the first reason is the one that counts.
    func stop(for error: ShotlistError? = nil) {
        let work = state.withLock { state in
            state.isStopped = true
            if state.failure == nil { state.failure = error }
            return state.work
        }
        work?.cancel()
    }
}
