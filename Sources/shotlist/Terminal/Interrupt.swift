import Dispatch
import Foundation

/// Ctrl-C and SIGTERM: the first asks the run to stop, the second ends the process.
enum Interrupt {
    /// Runs `body` in a task that the first signal cancels.
    static func cancelling<Value: Sendable>(
        terminal: Terminal, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if task.isCancelled {
                    exit(Ending.interrupted)
                }
                terminal.say("Stopping; what is finished is kept. Press Ctrl-C again to end at once.")
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        return try await task.value
    }
}
