#if os(Linux)
    import Foundation
    import ShotlistCore
    import Synchronization

    /// A process that reads files, as whoever has it asks it: one request at a time.
    final class MediaWorker: Sendable {
        private let process: WorkerProcess
        private let timeout: Double
        /// The times that the process has.
        private let timeline = Mutex<FrameTimeline?>(nil)
        private let asked = Mutex(0)
        /// What it has given up.
        let confinement: Confinement

        /// Starts a process and lets it give up what it does not need.
        ///
        /// - Throws: ``ShotlistError``: `internal_failure`, `not_available`.
        init(_ processes: MediaProcesses, _ settings: WorkerSettings) throws(ShotlistError) {
            process = try WorkerProcess(processes.executable)
            timeout = processes.timeout
            let answer: MediaAnswer
            do throws(WorkerEnd) {
                // Starting a program may take longer on a busy machine than a frame may.
                answer = try Self.ask(.begin(settings), process, timeout: max(60, processes.timeout))
            } catch {
                throw Self.unusable(error.words(process.lastWords))
            }
            switch answer {
            case .begun(let confinement) where confinement.refusesConnections: self.confinement = confinement
            case .failed(let words): throw Self.unusable(words.message)
            default: throw Self.unusable("it can make connections")
            }
        }

        /// Asks for something.
        ///
        /// - Parameter timeline: the times that belong to the request, which are put into the shared memory where the
        ///   process does not have them.
        func ask(
            _ timeline: FrameTimeline?, _ request: (TimelineNote?) -> MediaRequest
        ) throws(WorkerEnd) -> MediaAnswer {
            asked.withLock { $0 += 1 }
            guard let timeline else { return try Self.ask(request(nil), process, timeout: timeout) }
            var note = TimelineNote(timeline)
            // Those of one video are the same array, so that this costs nothing.
            note.isKnown = self.timeline.withLock { $0 == timeline }
            if !note.isKnown {
                let bytes = timeline.count * MemoryLayout<Int64>.stride
                guard process.memory.grow(to: bytes), process.memory.reach(bytes) else { throw .garbled }
                timeline.timestamps.withUnsafeBytes { process.memory.put($0, at: 0) }
                self.timeline.withLock { $0 = timeline }
            }
            return try Self.ask(request(note), process, timeout: timeout)
        }

        /// How often it was asked.
        var requests: Int { asked.withLock { $0 } }

        /// What it said last.
        var lastWords: String? { process.lastWords }

        /// Ends it at once.
        func kill() { process.kill() }

        /// Gives back memory that was needed once.
        func giveBackMemory() { process.memory.giveBack() }

        /// Values from the shared memory; nil where there are not so many.
        func values<Value: BitwiseCopyable>(_ type: Value.Type, count: Int, at offset: Int = 0) -> [Value]? {
            process.memory.values(type, at: offset, count: count)
        }

        /// Gives back the shared memory of values that were copied.
        func forget(_ count: Int, at offset: Int) { process.memory.giveBack(count, at: offset) }

        private static func ask(
            _ request: MediaRequest, _ process: WorkerProcess, timeout: Double
        ) throws(WorkerEnd) -> MediaAnswer {
            process.forgetWords()
            do throws(SocketEnd) {
                try process.socket.send(request)
                while true {
                    let answer = try process.socket.receive(MediaAnswer.self, within: timeout)
                    if case .progress = answer { continue }
                    return answer
                }
            } catch {
                switch error {
                case .closed: throw process.end()
                case .late:
                    process.kill()
                    _ = process.end()
                    throw .silent(timeout)
                case .garbled:
                    process.kill()
                    _ = process.end()
                    throw .garbled
                }
            }
        }

        private static func unusable(_ why: String) -> ShotlistError {
            ShotlistError(
                .notAvailable, "Videos cannot be read in processes of their own: \(why).",
                remedy: "Read them in this one (`--media-isolation none`), and only those that you trust.")
        }
    }

    extension WorkerEnd {
        /// What happened, as the end of a sentence about the process.
        func words(_ lastWords: String?) -> String {
            let what =
                switch self {
                case .exited(let code): "it ended with code \(code)"
                case .killed(let signal): "it was ended by signal \(signal) (\(Self.name(of: signal)))"
                case .silent(let seconds): "it gave no sign of progress for \(seconds.formatted()) s"
                case .garbled: "it answered what is no answer"
                case .cancelled: "the run was stopped"
                }
            return lastWords.map { "\(what); its last words were: \($0)" } ?? what
        }

        private static func name(of signal: Int32) -> String {
            switch signal {
            case SIGKILL: "SIGKILL; memory may have run out"
            case SIGXFSZ: "SIGXFSZ; a file grew too large"
            default: strsignal(signal).map { String(cString: $0) } ?? "unknown"
            }
        }
    }
#endif
