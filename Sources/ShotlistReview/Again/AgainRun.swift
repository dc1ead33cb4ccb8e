import Foundation
import ShotlistCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A run that a review has started: one at a time. It is told to stop when the review ends.
final class AgainRun: Sendable {
    /// How far it is, as the page gets it.
    struct Progress: Encodable, Sendable {
        let isRunning: Bool
        /// Whether it was asked to stop.
        let isStopping: Bool
        /// Its exit code, 128 and the signal's number when it was killed; nil as long as it runs.
        let code: Int32?
        /// The last line that it wrote.
        let line: String?
        let command: String
        let windows: Int
        /// Where it writes what it says.
        let log: String
    }

    private struct State {
        /// As long as it has not been waited for.
        var process: pid_t?
        var isStopping = false
        var code: Int32?
        var command = ""
        var windows = 0
        var log = ""
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let patience: Double

    /// - Parameter patience: seconds after which a run that was asked to stop, and has not, is ended.
    init(patience: Double = 15) {
        self.patience = patience
    }

    /// Starts a command.
    ///
    /// - Parameters:
    ///   - program: the program's path.
    ///   - log: where what it says goes; made anew.
    /// - Throws: ``ShotlistError``: `conflict` while another runs; `not_available`, `write_failed`.
    func start(_ command: AgainCommand, program: String, log: String, windows: Int) throws(ShotlistError) {
        let id = try state.withLock { state throws(ShotlistError) -> pid_t in
            guard state.process == nil else {
                throw ShotlistError(
                    .conflict, "A run that was started here goes on.", remedy: "Wait for its end, or cancel it.")
            }
            let output = open(log, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard output >= 0 else {
                throw ShotlistError(
                    .writeFailed, "'\(log)' cannot be made: \(String(cString: strerror(errno))).",
                    remedy: "Check the rights of the output folder.")
            }
            defer { close(output) }
            var id = pid_t()
            let words = ["/bin/sh", "-c", Self.script, "sh", command.folder, program] + command.arguments
            let status = ChildProcess.spawn(words, output: output, process: &id)
            guard status == 0 else {
                throw ShotlistError(
                    .notAvailable, "The run cannot be started: \(String(cString: strerror(status))).",
                    remedy: "See that the machine has room for another process.")
            }
            state.process = id
            state.isStopping = false
            state.code = nil
            state.command = command.text
            state.windows = windows
            state.log = log
            return id
        }
        Thread.detachNewThread { [self] in wait(for: id) }
    }

    /// Goes to the folder and becomes the program. All words are arguments, and none is part of the script.
    private static let script = #"cd -- "$1" && shift && exec "$@""#

    /// How far it is; nil when none was started.
    func progress() -> Progress? {
        let (now, isRunning) = state.withLock { ($0, $0.process != nil) }
        guard !now.log.isEmpty else { return nil }
        return Progress(
            isRunning: isRunning, isStopping: now.isStopping, code: now.code, line: Self.lastLine(of: now.log),
            command: now.command, windows: now.windows, log: now.log)
    }

    /// Asks it to stop, and ends it when it does not.
    func cancel() {
        let asked = state.withLock { state -> pid_t? in
            guard let process = state.process, !state.isStopping else { return nil }
            state.isStopping = true
            kill(process, SIGTERM)
            return process
        }
        guard let asked else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience) { [self] in
            state.withLock { state in
                // Its number is its own until it has been waited for. Its group has what it has started.
                if state.process == asked { kill(-asked, SIGKILL) }
            }
        }
    }

    /// Asks it to stop and waits until it has.
    func shutDown() async {
        cancel()
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.process != nil { state.waiters.append(waiter) }
                return state.process == nil
            }
            if isOver { waiter.resume() }
        }
    }

    private func wait(for id: pid_t) {
        var info = siginfo_t()
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let waiters = state.withLock { state in
            var word: Int32 = 0
            while waitpid(id, &word, 0) < 0, errno == EINTR {}
            state.process = nil
            // The C macros that take the word apart are none of Swift's.
            state.code = word & 0x7f == 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private static func lastLine(of path: String) -> String? {
        guard let file = try? FileHandle(forReadingFrom: URL(filePath: path)) else { return nil }
        defer { try? file.close() }
        guard let end = try? file.seekToEnd() else { return nil }
        try? file.seek(toOffset: end > 4096 ? end - 4096 : 0)
        guard let bytes = try? file.read(upToCount: 4096) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let last = lines.last { line in !line.allSatisfy(\.isWhitespace) }
        return last.map { String(String($0).printable.prefix(300)) }
    }
}
