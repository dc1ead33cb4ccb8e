#if os(Linux)
    internal import CConfinement
    import Foundation
    import Glibc
    import ShotlistCore
    import Synchronization

    /// How a process that reads files came to its end.
    enum WorkerEnd: Error, Sendable {
        /// By itself, with this code.
        case exited(Int32)
        /// By a signal that was not ours.
        case killed(Int32)
        /// It gave no sign for so many seconds, and was ended.
        case silent(Double)
        /// It answered what is no answer, and was ended.
        case garbled
        /// The run is stopped.
        case cancelled
    }

    /// A process that reads files, with a socket to ask it, memory to take its answers from, and what it said on
    /// standard error.
    ///
    /// It is not in this process's group: Ctrl-C is for this process, which ends it. It ends when its socket closes, so
    /// also when this process dies, whatever that ends by. (`PR_SET_PDEATHSIG` would end it with the thread that started
    /// it.)
    final class WorkerProcess: Sendable {
        /// The descriptors that a process finds.
        static let (socketDescriptor, memoryDescriptor): (Int32, Int32) = (3, 4)
        /// Set for these processes, so that one that does not know what to be starts no others.
        static let variable = "SHOTLIST_MEDIA_WORKER"

        let socket: MessageSocket
        let memory: SharedMemory
        private let words: Int32
        /// The process, as long as it has not been waited for.
        private let process: Mutex<pid_t?>

        /// Starts a process.
        ///
        /// - Throws: ``ShotlistError``: `internal_failure`; `not_available` when there is no such program.
        init(_ executable: String) throws(ShotlistError) {
            var ends: [Int32] = [-1, -1]
            let error = shotlist_socket_pair(&ends) == 0 ? 0 : errno
            let ours = try Descriptor.high(ends[0], "socket (\(error))")
            defer { close(ours) }
            let theirs = try Descriptor.high(ends[1], "socket")
            defer { close(theirs) }
            let words = try Descriptor.high(shotlist_text_file("shotlist-words"), "memory for words")
            defer { close(words) }
            // What is written goes to the end, also after it was made empty.
            _ = fcntl(words, F_SETFL, O_APPEND)
            let memory = try SharedMemory()
            var process = pid_t()
            let status = Self.spawn(executable, socket: theirs, words: words, memory: memory.file, process: &process)
            guard status == 0 else {
                throw ShotlistError(
                    .notAvailable,
                    "The process that reads videos, '\(executable)', cannot be started: "
                        + "\(String(cString: strerror(status))).",
                    remedy: "See that the machine has room for it, or use `--media-isolation none`.")
            }
            // From here on the object owns them, and closes them when it goes.
            socket = MessageSocket(descriptor: fcntl(ours, F_DUPFD_CLOEXEC, 10), isConfined: false)
            self.words = fcntl(words, F_DUPFD_CLOEXEC, 10)
            self.memory = memory
            self.process = Mutex(process)
        }

        deinit {
            kill()
            _ = waited(untilEnd: true)
            close(socket.descriptor)
            close(words)
        }

        /// Ends the process at once; whoever waits for its answer sees it.
        func kill() {
            process.withLock { process in
                if let process { _ = Glibc.kill(process, SIGKILL) }
            }
        }

        /// How the process ended, after its socket has closed; it is ended where it goes on regardless.
        func end() -> WorkerEnd {
            for _ in 0..<400 {
                if let status = waited(untilEnd: false) { return Self.end(status) }
                usleep(5000)
            }
            kill()
            return waited(untilEnd: true).map { Self.end($0) } ?? .garbled
        }

        /// Forgets what it has written, so that ``lastWords`` belongs to what it does next.
        func forgetWords() {
            var info = stat()
            if fstat(words, &info) == 0, info.st_size > 0 { _ = ftruncate(words, 0) }
        }

        /// The last line that it wrote to standard error; nil where it wrote none.
        var lastWords: String? {
            var info = stat()
            guard fstat(words, &info) == 0, info.st_size > 0 else { return nil }
            var bytes = [UInt8](repeating: 0, count: min(4096, Int(info.st_size)))
            let got = pread(words, &bytes, bytes.count, info.st_size - off_t(bytes.count))
            let text = String(decoding: bytes.prefix(max(0, got)), as: UTF8.self)
            let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            guard let last = lines.last(where: { !$0.isEmpty }) else { return nil }
            return String(last.printable.prefix(300))
        }

        /// The process's status once it has ended.
        private func waited(untilEnd: Bool) -> Int32? {
            process.withLock { process in
                guard let id = process else { return nil }
                var status: Int32 = 0
                var found: pid_t
                repeat { found = waitpid(id, &status, untilEnd ? 0 : WNOHANG) } while found < 0 && errno == EINTR
                guard found != 0 else { return nil }
                process = nil
                return found == id ? status : 0
            }
        }

        /// The C macros that take a status apart are none of Swift's.
        private static func end(_ status: Int32) -> WorkerEnd {
            status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(status & 0x7f)
        }

        private static func spawn(
            _ program: String, socket: Int32, words: Int32, memory: Int32, process: inout pid_t
        ) -> Int32 {
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
            posix_spawn_file_actions_init(&actions)
            posix_spawnattr_init(&attributes)
            defer {
                posix_spawn_file_actions_destroy(&actions)
                posix_spawnattr_destroy(&attributes)
            }
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, words, STDERR_FILENO)
            posix_spawn_file_actions_adddup2(&actions, socket, socketDescriptor)
            posix_spawn_file_actions_adddup2(&actions, memory, memoryDescriptor)
            _ = shotlist_close_from(&actions, memoryDescriptor + 1)
            var signals = sigset_t()
            sigemptyset(&signals)
            posix_spawnattr_setsigmask(&attributes, &signals)
            for signal in [SIGHUP, SIGINT, SIGPIPE, SIGTERM] { sigaddset(&signals, signal) }
            posix_spawnattr_setsigdefault(&attributes, &signals)
            posix_spawnattr_setpgroup(&attributes, 0)
            let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
            posix_spawnattr_setflags(&attributes, Int16(flags))
            let name = CommandLine.arguments.first ?? "shotlist"
            return withCStrings([name, MediaWorkerProcess.argument]) { argv in
                withCStrings(environment) { envp in
                    posix_spawn(&process, program, &actions, &attributes, argv, envp)
                }
            }
        }

        /// What a process learns of this one's environment: no keys, and nothing that is only for models.
        private static var environment: [String] {
            let names: Set = ["HOME", "LANG", "TMPDIR", "TZ"]
            let prefixes = ["LD_", "LC_", "LIBVA_", "CUDA_", "NVIDIA_", "ASAN_", "UBSAN_", "LSAN_", "SHOTLIST_WORKER_"]
            let kept = ProcessInfo.processInfo.environment.filter { name, _ in
                names.contains(name) || prefixes.contains { name.hasPrefix($0) }
            }
            // A backtrace is made by another program, which may not be started.
            return kept.map { "\($0)=\($1)" } + ["\(variable)=1", "SWIFT_BACKTRACE=enable=no"]
        }

        private static func withCStrings<Result>(
            _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
        ) -> Result {
            let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
            defer { for pointer in pointers { free(pointer) } }
            return body(pointers)
        }
    }
#endif
