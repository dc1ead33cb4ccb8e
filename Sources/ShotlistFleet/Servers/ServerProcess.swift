import Foundation
import ShotlistCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A program in a process group of its own, which ends when this process does, whatever that ends by.
///
/// It is started with `posix_spawn` and not with Foundation's `Process`: that one notices an end only when all that the
/// program has started ended, too, and passes on that this process ignores Ctrl-C and SIGTERM.
final class ServerProcess: Sendable {
    private struct State {
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
        var lines: [String] = []
        /// As long as this is open here, the program may run.
        var leash: Int32?
    }

    private static let keptLines = 30
    private let state: Mutex<State>
    private let drained = DispatchSemaphore(value: 0)
    /// The process, and its group.
    let id: pid_t

    /// Keeps the program on a leash: a pipe that this process holds open. When it closes, on purpose or with this process,
    /// a watcher asks the program's group to end, and after a while ends it. The watcher is part of the group, so that
    /// the group's number stays its own.
    private static let script = """
        limit=$1
        shift
        exec 3<&0 </dev/null
        (
            exec >/dev/null 2>&1
            trap '' HUP INT TERM
            read -r rest <&3
            kill -s TERM -- "-$$"
            n=0
            while [ "$n" -lt "$limit" ] && kill -s 0 "$$"; do
                sleep 0.1
                n=$((n + 1))
            done
            kill -s KILL -- "-$$"
        ) &
        exec "$@" 3<&-
        """

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: its path.
    ///   - stopTime: how long it may take to end when it is asked to.
    /// - Throws: ``ShotlistError`` (`internal_failure`) when it cannot be started.
    init(program: String, arguments: [String], stopTime: Duration) throws(ShotlistError) {
        let leash = try Self.pipe()
        let output = try Self.pipe()
        let tenths = Int((stopTime / .milliseconds(100)).rounded(.up))
        let words = ["/bin/sh", "-c", Self.script, "sh", "\(tenths)", program] + arguments
        var id = pid_t()
        let error = Self.spawn(words, input: leash.reading, output: output.writing, process: &id)
        close(leash.reading)
        close(output.writing)
        guard error == 0 else {
            close(leash.writing)
            close(output.reading)
            throw ShotlistError(
                .internalFailure, "'\(program)' could not be started: \(String(cString: strerror(error))).",
                remedy: "See that the machine has room for another process.")
        }
        self.id = id
        state = Mutex(State(leash: leash.writing))
        Thread.detachNewThread { [self] in read(output.reading) }
        Thread.detachNewThread { [self] in wait() }
    }

    /// Its exit code, 128 and the signal's number when it was killed; nil as long as it runs.
    var status: Int32? { state.withLock(\.status) }

    /// The last lines that it printed, without what a terminal would take for commands.
    var lastLines: [String] { state.withLock(\.lines) }

    /// Waits until it has ended; its ``status``.
    func ended() async -> Int32 {
        await withCheckedContinuation { waiter in
            let status = state.withLock { state -> Int32? in
                if state.status == nil { state.waiters.append(waiter) }
                return state.status
            }
            if let status { waiter.resume(returning: status) }
        }
    }

    /// Asks it and all that it has started to end, ends what does not, and waits until it has.
    func stop() async {
        letGo()
        _ = await ended()
    }

    // MARK: Inside

    private func letGo() {
        state.withLock { state in
            if let leash = state.leash { close(leash) }
            state.leash = nil
        }
    }

    private func wait() {
        var word: Int32 = 0
        while waitpid(id, &word, 0) < 0, errno == EINTR {}
        // The C macros that take the word apart are none of Swift's.
        let status = word & 0x7f == 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f)
        // What it leaves behind ends, too, and what it has said last is read before anybody asks.
        letGo()
        _ = drained.wait(timeout: .now() + 2)
        let waiters = state.withLock { state in
            state.status = status
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    private func read(_ descriptor: Int32) {
        LogLines.read(descriptor) { line in
            state.withLock { $0.lines = Array(($0.lines + [line]).suffix(Self.keptLines)) }
        }
        close(descriptor)
        drained.signal()
    }

    private static func pipe() throws(ShotlistError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw ShotlistError(
                .internalFailure, "No pipe can be made: \(String(cString: strerror(errno))).",
                remedy: "Raise the limit of open files (ulimit -n).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(_ words: [String], input: Int32, output: Int32, process: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        for descriptor in openDescriptors where descriptor > STDERR_FILENO {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGHUP, SIGINT, SIGPIPE, SIGTERM] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        return withCStrings(words) { argv in
            withCStrings(environment) { envp in
                posix_spawn(&process, words[0], &actions, &attributes, argv, envp)
            }
        }
    }

    /// What this process has open. A file that opens or closes meanwhile does no harm: files of this package close by
    /// themselves in a program that is started.
    private static var openDescriptors: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
