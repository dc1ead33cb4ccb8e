import Dispatch
import Synchronization

/// What other threads have for one that works in a loop, in the order in which it came.
///
/// It is as long as the number of tasks that ask, each of which has a few messages at most.
final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    /// Leaves a message.
    ///
    /// - Returns: false when nobody will take it any more.
    @discardableResult
    func post(_ message: Message) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed else { return false }
            state.messages.append(message)
            return true
        }
        if isTaken { signal.signal() }
        return isTaken
    }

    /// All messages that are there.
    ///
    /// - Parameter waits: whether to wait for one when there is none.
    func take(waiting waits: Bool) -> [Message] {
        while true {
            let taken = state.withLock { state in
                defer { state.messages = [] }
                return state.messages
            }
            guard taken.isEmpty, waits else { return taken }
            signal.wait()
        }
    }

    /// Takes what is left, and nothing after it.
    func close() -> [Message] {
        state.withLock { state in
            state.isClosed = true
            defer { state.messages = [] }
            return state.messages
        }
    }
}
