#if os(Linux)
    import Foundation
    import Glibc

    /// Lets `shotlist run` work in a process of its own, and begins it again when that is lost: see ``RestartPolicy``.
    ///
    /// All of it happens before the program has a second thread: signals are taken with `sigtimedwait`, which tells a
    /// terminal's, which the run has heard as well, from those that are meant for this process and are passed on.
    struct RunSupervisor {
        /// Tells a run that it is watched: the descriptor that closes when this process is gone.
        private static let variable = "SHOTLIST_WATCHED_BY"

        private let terminal: Terminal
        private var policy: RestartPolicy
        private let signals: sigset_t
        private var isStopping = false

        /// Watches a run where the command line asks for that, and then does not come back.
        static func superviseIfAsked() {
            guard getenv(variable) == nil, CommandLine.arguments.dropFirst().first == "run",
                // What cannot be read is said by the command itself.
                let command = try? Shotlist.parseAsRoot(Array(CommandLine.arguments.dropFirst())) as? RunCommand,
                let restarts = command.restarts, restarts > 0
            else { return }
            let pause = ProcessInfo.processInfo.environment["SHOTLIST_RESTART_PAUSE"].flatMap(Double.init) ?? 15
            var supervisor = RunSupervisor(
                policy: RestartPolicy(most: restarts, pause: max(0, pause)),
                terminal: Terminal(format: command.watching.logFormat))
            exit(supervisor.run())
        }

        /// In a process that is watched: it ends when who watches it is gone, as with the signal that no one can catch.
        static func endWithWatcher() {
            guard let text = getenv(variable), let descriptor = Int32(String(cString: text)) else { return }
            // Processes that it starts are none of this.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            Thread.detachNewThread {
                var byte: UInt8 = 0
                while read(descriptor, &byte, 1) < 0, errno == EINTR {}
                _exit(Ending.interrupted)
            }
        }

        /// Whether this process is watched, and so may say with a code that its engine is lost.
        static var isWatched: Bool { getenv(variable) != nil }

        private init(policy: RestartPolicy, terminal: Terminal) {
            self.policy = policy
            self.terminal = terminal
            var signals = sigset_t()
            sigemptyset(&signals)
            for number in [SIGINT, SIGTERM, SIGCHLD] { sigaddset(&signals, number) }
            // `nohup` has it ignored; blocked it would be told all the same.
            if !Self.isIgnored(SIGHUP) { sigaddset(&signals, SIGHUP) }
            self.signals = signals
        }

        private mutating func run() -> Int32 {
            var signals = signals
            sigprocmask(SIG_BLOCK, &signals, nil)
            // Who has it ignored gets no status of its children.
            signal(SIGCHLD, SIG_DFL)
            while true {
                let began = ContinuousClock.now
                guard let process = start() else {
                    terminal.say("The run cannot be started in a process of its own.", level: .error)
                    return Ending.failed
                }
                let end = wait(for: process)
                let seconds = (ContinuousClock.now - began) / .seconds(1)
                switch policy.step(after: end, seconds: seconds, isStopping: isStopping) {
                case .end(let code):
                    if case .killed(let number) = end, !isStopping {
                        terminal.say(
                            "The process of the run ended by \(Self.name(number)); what is finished is kept.",
                            level: .error)
                    }
                    return code
                case .again(let pause, let number):
                    terminal.say(
                        "\(Self.words(end)) It begins again in \(Int(pause.rounded(.up))) seconds"
                            + " (\(number) of \(policy.most)); what is finished is kept.", level: .warning)
                    if rest(pause) { return Ending.interrupted }
                }
            }
        }

        private static func words(_ end: RestartPolicy.End) -> String {
            switch end {
            case .exited: "The engine of the run fails on every window."
            case .killed(let number): "The process of the run ended by \(name(number))."
            }
        }

        private static func name(_ number: Int32) -> String {
            "signal \(number) (\(String(cString: strsignal(number))))"
        }

        /// Waits; true when a signal asks for the end meanwhile.
        private func rest(_ seconds: Double) -> Bool {
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end {
                if let signal = next(), signal.number != SIGCHLD { return true }
            }
            return false
        }

        private mutating func wait(for process: pid_t) -> RestartPolicy.End {
            while true {
                var status: Int32 = 0
                let found = waitpid(process, &status, WNOHANG)
                if found == process {
                    return status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(status & 0x7f)
                }
                if found < 0, errno != EINTR { return .exited(Ending.failed) }
                guard let signal = next(), signal.number != SIGCHLD else { continue }
                isStopping = true
                // What a terminal's keys send the run has got, too. All else may be for this process alone; where it was for
                // both, the run knows the second for an echo.
                if !(signal.isOfTerminal && signal.number == SIGINT) { kill(process, signal.number) }
            }
        }

        /// The next signal; nil when none comes for a fifth of a second.
        private func next() -> (number: Int32, isOfTerminal: Bool)? {
            var (signals, info) = (signals, siginfo_t())
            var time = timespec(tv_sec: 0, tv_nsec: 200_000_000)
            let number = sigtimedwait(&signals, &info, &time)
            // Codes above nought are the kernel's.
            return number > 0 ? (number, info.si_code > 0) : nil
        }

        private static func isIgnored(_ number: Int32) -> Bool {
            var action = sigaction()
            _ = sigaction(number, nil, &action)
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        }

        private func start() -> pid_t? {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            defer { close(ends[0]) }
            // Open in this process alone, for as long as it is there.
            _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            setenv(Self.variable, "\(ends[0])", 1)
            defer { unsetenv(Self.variable) }
            let arguments = CommandLine.arguments.map { strdup($0) } + [nil]
            defer { arguments.forEach { free($0) } }
            var process = pid_t()
            guard posix_spawn(&process, "/proc/self/exe", nil, &attributes, arguments, environ) == 0 else { return nil }
            return process
        }
    }
#endif
