import Dispatch
import Foundation
import ShotlistPipeline
import Synchronization

/// Ctrl-C, SIGTERM and SIGHUP: the first asks the run to stop, the second ends the process.
enum Interrupt {
    /// Runs `body` in a task that the first signal cancels.
    ///
    /// - Parameter patience: seconds after the first signal in which `body` is to end; then the process ends as with a
    ///   second one. Nil where nothing else would end what it has started.
    static func cancelling<Value: Sendable>(
        terminal: Terminal, patience: Double? = nil, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        // A log that nobody reads any more, such as that of `tee` after Ctrl-C, must not end the run on the spot.
        signal(SIGPIPE, SIG_IGN)
        let task = Task { try await body() }
        let isOver = CancellationFlag()
        let first = Mutex<ContinuousClock.Instant?>(nil)
        let queue = DispatchQueue(label: "shotlist.signals", qos: .userInteractive)
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if isEcho(first) { return }
                if task.isCancelled { end() }
                task.cancel()
                if let patience {
                    queue.asyncAfter(deadline: .now() + patience) {
                        guard !isOver.isSet else { return }
                        let hasSaid = say(
                            "Stopping took too long, and is cut short; what is finished is kept.", terminal)
                        _ = hasSaid.wait(timeout: .now() + 0.3)
                        end()
                    }
                }
                _ = say("Stopping; what is finished is kept. Press Ctrl-C again to end at once.", terminal)
            }
            source.resume()
            return source
        }
        defer {
            isOver.set()
            sources.forEach { $0.cancel() }
        }
        return try await task.value
    }

    /// Whether a signal is the first one once more: what is sent to a whole group of processes a watched run gets twice, from
    /// its sender and from its watcher.
    private static func isEcho(_ first: borrowing Mutex<ContinuousClock.Instant?>) -> Bool {
        #if os(Linux)
            guard RunSupervisor.isWatched else { return false }
            return first.withLock { first in
                guard let before = first else {
                    first = .now
                    return false
                }
                return ContinuousClock.now - before < .seconds(1)
            }
        #else
            return false
        #endif
    }

    /// Says something from another thread: who reads standard error may take nothing, and the next signal must be heard.
    private static func say(_ text: String, _ terminal: Terminal) -> DispatchSemaphore {
        let hasSaid = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            terminal.say(text)
            hasSaid.signal()
        }
        return hasSaid
    }

    /// A terminal that goes away ends a run as Ctrl-C does, unless whoever started it (`nohup`) said that it is not to.
    private static var numbers: [Int32] {
        var action = sigaction()
        // A number that cannot be asked about is one that is not ignored.
        _ = sigaction(SIGHUP, nil, &action)
        return isIgnored(action) ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Ends the process without what `exit` calls, which may wait for threads at work. What is committed is on the disk.
    private static func end() -> Never {
        _exit(Ending.interrupted)
    }
}
