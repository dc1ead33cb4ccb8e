import Foundation
import Logging
import ShotlistCore
import ShotlistPipeline
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A file that says which windows the engine is given and which captions are committed, a line of JSON each: for tests
/// that kill a run and count what is done twice (`SHOTLIST_TRACE`).
///
/// A line is one write to a file that is only appended to, so that lines of several processes do not mix and a kill leaves
/// whole ones.
final class RunTrace: Sendable {
    /// The environment variable that names the file.
    static let variable = "SHOTLIST_TRACE"

    private let path: String
    private let descriptor: Int32
    private let hasFailed = Atomic(false)
    private let terminal: Terminal

    /// Opens the file that the environment names; nil when it names none, or one that cannot be written to, which is
    /// said.
    init?(_ terminal: Terminal, environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let path = environment[Self.variable], !path.isEmpty else { return nil }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            terminal.say("The trace '\(path)' cannot be written: \(Self.lastProblem).", level: .warning)
            return nil
        }
        self.path = path
        self.descriptor = descriptor
        self.terminal = terminal
    }

    deinit { close(descriptor) }

    /// Takes an event of the run, on any thread; it is in the file when this returns.
    func take(_ event: RunEvent) {
        switch event {
        case .windowAsked(let window, let settings): write("engine_begin", window, settings)
        case .windowCommitted(let window, let settings): write("committed", window, settings)
        default: break
        }
    }

    private func write(_ event: String, _ window: Window.ID, _ settings: String) {
        let time = Date().timeIntervalSince1970
        // Ids and hashes are letters of JSON that need no escape.
        let line =
            #"{"event":"\#(event)","window":"\#(window)","settings":"\#(settings)","time":\#(time)}"# + "\n"
        let bytes = Array(line.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written != bytes.count, !hasFailed.exchange(true, ordering: .relaxed) else { return }
        terminal.say("The trace '\(path)' cannot be written: \(Self.lastProblem).", level: .warning)
    }

    private static var lastProblem: String { String(cString: strerror(errno)) }
}
