import Foundation
import ShotlistCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A program that is run to its end, with what it prints line by line.
struct ToolProcess: Sendable {
    /// How it ended.
    struct Ending: Sendable {
        /// Its exit code; the signal's number and 128 when it was killed.
        let status: Int32
        /// The last lines of its standard error.
        let lastErrors: [String]
    }

    private static let keptLines = 30

    /// The program's path.
    let program: String
    /// Its arguments.
    let arguments: [String]
    /// Variables beside those of this process.
    var environment: [String: String] = [:]

    /// Runs it. A cancelled task ends it and what it has started.
    ///
    /// - Throws: `CancellationError`; ``ShotlistError`` (`internal_failure`) when it cannot be started.
    func run(
        onOutput: @escaping @Sendable (String) -> Void, onError: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Ending {
        let running = Running()
        return try await withTaskCancellationHandler {
            try await OwnThread.run { try runBlocking(running, onOutput: onOutput, onError: onError) }
        } onCancel: {
            running.stop()
        }
    }

    private func runBlocking(
        _ running: Running, onOutput: @escaping @Sendable (String) -> Void,
        onError: @escaping @Sendable (String) -> Void
    ) throws -> Ending {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        do {
            try process.run()
        } catch {
            throw ShotlistError(
                .internalFailure, "The program '\(program)' could not be started.", remedy: "Check that it is there.")
        }
        running.begin(process.processIdentifier)
        let kept = Mutex<[String]>([])
        let reader = Reader(errors.fileHandleForReading.fileDescriptor) { line in
            kept.withLock { $0 = Array(($0 + [line]).suffix(Self.keptLines)) }
            onError(line)
        }
        Lines.read(output.fileHandleForReading.fileDescriptor, onOutput)
        reader.wait()
        process.waitUntilExit()
        if running.end() { throw CancellationError() }
        let killed = process.terminationReason == .uncaughtSignal
        return Ending(
            status: process.terminationStatus + (killed ? 128 : 0), lastErrors: kept.withLock { $0 })
    }
}

/// The process under way, for whoever wants it to end.
private final class Running: Sendable {
    private let state = Mutex((process: Int32?.none, isStopped: false))

    func begin(_ process: Int32) {
        let isStopped = state.withLock { state in
            state.process = process
            return state.isStopped
        }
        if isStopped { stop() }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            guard let process = state.process else { return }
            // Foundation gives a process a group of its own, which what it starts belongs to.
            if kill(-process, SIGTERM) != 0 { kill(process, SIGTERM) }
        }
    }

    /// Marks the end; whether it was asked for.
    func end() -> Bool {
        state.withLock { state in
            state.process = nil
            return state.isStopped
        }
    }
}

/// Reads lines on a thread of its own.
private final class Reader: Sendable {
    private let done = DispatchSemaphore(value: 0)

    init(_ descriptor: Int32, _ onLine: @escaping @Sendable (String) -> Void) {
        Thread.detachNewThread { [done] in
            Lines.read(descriptor, onLine)
            done.signal()
        }
    }

    func wait() { done.wait() }
}

private enum Lines {
    /// Calls `onLine` for each line until the other side closes.
    static func read(_ descriptor: Int32, _ onLine: (String) -> Void) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            rest += buffer[..<count]
            while let end = rest.firstIndex(where: { $0 == 10 || $0 == 13 }) {
                if end > 0 { onLine(String(decoding: rest[..<end], as: UTF8.self)) }
                rest.removeSubrange(...end)
            }
        }
        if !rest.isEmpty { onLine(String(decoding: rest, as: UTF8.self)) }
    }
}
