import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Programs that are started with `posix_spawn` and not with Foundation's `Process`: that one passes on which signals this
/// process ignores or blocks, and then the program would not hear that it is to stop.
enum ChildProcess {
    /// Starts a program in a process group of its own, with nothing to read.
    ///
    /// - Parameters:
    ///   - words: its path, and its arguments.
    ///   - output: the descriptor that takes what it writes, errors included.
    ///   - process: set to the process.
    /// - Returns: 0, or the system's number of what went wrong.
    static func spawn(_ words: [String], output: Int32, process: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
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
        return withCStrings(words) { argv in
            withCStrings(environment) { envp in
                posix_spawn(&process, words[0], &actions, &attributes, argv, envp)
            }
        }
    }

    /// This process's, without what lets people into the review.
    private static var environment: [String] {
        ProcessInfo.processInfo.environment.filter { $0.key != "SHOTLIST_REVIEW_TOKEN" }.map { "\($0.key)=\($0.value)" }
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
