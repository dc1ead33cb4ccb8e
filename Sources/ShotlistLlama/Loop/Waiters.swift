import Synchronization

/// Who waits for an answer, and who has given up, told from any thread.
///
/// A run of the model serves several at once. It is aborted only when nobody waits any more.
final class Waiters: Sendable {
    private struct State {
        var waiting: Set<Int> = []
        var cancelled: Set<Int> = []
        /// What ends the encoding of a window's frames. The loop may be waiting for just that.
        var encodings: [Int: AbortFlag] = [:]
        var abort = AbortFlag()
    }

    private let state = Mutex(State())

    /// A window comes, whose encoding `abort` ends.
    func open(_ window: Int, _ abort: AbortFlag) {
        state.withLock { $0.encodings[window] = abort }
    }

    /// A window goes.
    func close(_ window: Int) {
        state.withLock { $0.encodings.removeValue(forKey: window)?.set() }
    }

    /// Someone waits for a window's answer.
    func add(_ window: Int) {
        state.withLock { _ = $0.waiting.insert(window) }
    }

    /// A window's answer is there.
    func remove(_ window: Int) {
        state.withLock {
            $0.waiting.remove(window)
            $0.cancelled.remove(window)
            // Those that are left may all have given up before.
            if !$0.waiting.isEmpty, $0.waiting == $0.cancelled { $0.abort.set() }
        }
    }

    /// Whoever waited for a window's answer has given up.
    func cancel(_ window: Int) {
        state.withLock {
            $0.encodings[window]?.set()
            guard $0.waiting.contains(window) else { return }
            $0.cancelled.insert(window)
            if $0.waiting == $0.cancelled { $0.abort.set() }
        }
    }

    /// A flag for the next run of the model.
    func newAbort() -> AbortFlag {
        state.withLock {
            $0.abort = AbortFlag()
            if !$0.waiting.isEmpty, $0.waiting == $0.cancelled { $0.abort.set() }
            return $0.abort
        }
    }
}
