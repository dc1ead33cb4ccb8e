import Foundation

/// Lets threads that need the same processors take turns, in the order in which they come.
///
/// Two computations at once on the same cores are slower than one after the other: each waits at every step for threads
/// that the other has displaced.
final class Turns: Sendable {
    /// The turns at this machine's processors, which all models of the process take.
    static let processors = Turns()

    private let condition = NSCondition()
    // Both are only touched while the condition is locked.
    private nonisolated(unsafe) var next = 0
    private nonisolated(unsafe) var serving = 0

    /// Does something when it is this thread's turn.
    func take<Value>(_ body: () throws -> Value) rethrows -> Value {
        condition.lock()
        let ticket = next
        next += 1
        while serving != ticket { condition.wait() }
        condition.unlock()
        defer {
            condition.lock()
            serving += 1
            condition.broadcast()
            condition.unlock()
        }
        return try body()
    }
}
