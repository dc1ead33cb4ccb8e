import Foundation
import ShotlistCore
import Synchronization

/// Work on threads of its own, for calls that block or compute for long.
enum Crew {
    /// What `body` gives for each input, in their order. Blocks until all is done.
    static func map<Input: Sendable, Output: Sendable>(
        _ inputs: [Input], threads: Int, _ body: @escaping @Sendable (Input) -> Output
    ) -> [Output] {
        let board = Board<Output>(count: inputs.count)
        let done = DispatchSemaphore(value: 0)
        let count = min(max(1, threads), inputs.count)
        for _ in 0..<count {
            Thread.detachNewThread {
                while let index = board.take() { board.put(body(inputs[index]), at: index) }
                done.signal()
            }
        }
        for _ in 0..<count { done.wait() }
        return board.results
    }

    /// Runs `body` on a thread of its own, with a flag that says when the task is cancelled.
    static func stoppable<Value: Sendable>(
        _ body: @escaping @Sendable (StopFlag) throws -> Value
    ) async throws -> Value {
        let stop = StopFlag()
        return try await withTaskCancellationHandler {
            try await onThread { try body(stop) }
        } onCancel: {
            stop.set()
        }
    }

    /// Runs `body` on a thread of its own, away from those of Swift's tasks.
    static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }
}

/// Which inputs are taken, and what came of them.
private final class Board<Output: Sendable>: Sendable {
    private struct State {
        var next = 0
        var outputs: [Output?]
    }

    private let count: Int
    private let state: Mutex<State>

    init(count: Int) {
        self.count = count
        state = Mutex(State(outputs: Array(repeating: nil, count: count)))
    }

    func take() -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func put(_ output: Output, at index: Int) {
        state.withLock { $0.outputs[index] = output }
    }

    var results: [Output] { state.withLock { $0.outputs.compactMap(\.self) } }
}

/// Whether work is to end.
final class StopFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }

    /// - Throws: ``ShotlistError`` (`cancelled`) when work is to end.
    func check() throws(ShotlistError) {
        guard !isSet else { throw ShotlistError(.cancelled, "The export was stopped.") }
    }
}
