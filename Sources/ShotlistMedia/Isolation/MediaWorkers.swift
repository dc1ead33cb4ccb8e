#if os(Linux)
    import Foundation
    import ShotlistCore
    import Synchronization

    /// Reads files in processes of their own.
    ///
    /// A process works on one clip at a time, and is used again for others. What makes one die is tried once more in a
    /// new one, which nothing else has been through; what it does not survive either is set aside as `quarantined`.
    package final class MediaWorkers: MediaReading {
        private struct State {
            var idle: [MediaWorker] = []
            /// All there are, so that a stop reaches those that are busy.
            var busy: [ObjectIdentifier: MediaWorker] = [:]
            var cards = 0
            var isCancelled = false
        }

        private let processes: MediaProcesses
        private let decoder: VideoDecoder
        private let encodesOnCard: Bool
        private let threads: Int
        private let folder: String
        /// Is told what the run survives.
        let warn: @Sendable (String) -> Void
        private let state = Mutex(State())

        /// Requests after which a process makes room for a new one, so that nothing builds up in it.
        private static let mostRequests = 10_000
        /// Clips that are decoded on a card at once: each takes some of its memory.
        private static let mostOnCards = 4

        init(
            _ processes: MediaProcesses, decoder: VideoDecoder, encodesOnCard: Bool, threads: Int, folder: String,
            warn: @escaping @Sendable (String) -> Void
        ) {
            self.processes = processes
            self.decoder = decoder
            self.encodesOnCard = encodesOnCard
            self.threads = threads
            self.folder = folder
            self.warn = warn
        }

        /// What a process gives up before it reads a file.
        package func confinement() throws(ShotlistError) -> Confinement {
            let worker = try take(alone: false)
            defer { giveBack(worker) }
            return worker.confinement
        }

        package func start() throws(ShotlistError) {
            guard ProcessInfo.processInfo.environment[WorkerProcess.variable] == nil else {
                throw ShotlistError(
                    .notAvailable, "This program was started to read videos, and does something else.",
                    remedy: "Call MediaWorkerProcess.runIfAsked() before anything else in the program's main.")
            }
            giveBack(try take(alone: false))
        }

        package func cancel() {
            let all = state.withLock { state in
                state.isCancelled = true
                return state.idle + Array(state.busy.values)
            }
            for worker in all { worker.kill() }
        }

        package func shutDown() {
            cancel()
            // The last reference to each waits for its end.
            let idle = state.withLock { state in
                defer { state.idle = [] }
                return state.idle
            }
            _ = idle
        }

        package func probe(path: String, limits: MediaLimits) throws(ShotlistError) -> ProbedMedia {
            try ask(about: path, nil, { _ in .probe(path: path, limits: limits) }) { answer, worker in
                guard case .probed(let found) = answer, found.isPlausible,
                    let times = worker.values(Int64.self, count: found.timeline.count),
                    zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 })
                else { return nil }
                return (found.metadata, found.timeline.timeline(times), found.warnings)
            }
        }

        package func reader(
            path: String, timeline: FrameTimeline, clipFrames: Range<Int>, windows: [WindowNeeds], threads: Int,
            limits: MediaLimits, clipFile: ClipFile?
        ) throws(ShotlistError) -> any WindowReading {
            try IsolatedWindowReader(
                path: path, timeline: timeline, clipFrames: clipFrames, windows: windows, threads: threads,
                limits: limits, clipFile: clipFile, workers: self)
        }

        package func write(
            source: String, metadata: VideoMetadata, timeline: FrameTimeline, clipFrames: Range<Int>,
            encoder: ClipEncoder, threads: Int, limits: MediaLimits, isCancelled: @escaping @Sendable () -> Bool,
            to destination: URL
        ) throws(ShotlistError) -> EncodedClip {
            precondition(
                !clipFrames.isEmpty && clipFrames.upperBound <= timeline.count, "a clip has frames of its source")
            let file = ClipFileRequest(
                metadata: metadata, encoder: encoder, threads: threads, destination: destination.path)
            let decoder = takeDecoder()
            defer { giveBack(decoder) }
            let make = { (note: TimelineNote?) -> MediaRequest in
                .write(
                    ClipRequest(
                        path: source, timeline: note ?? TimelineNote(timeline), clipFrames: clipFrames,
                        decoder: decoder, limits: limits, file: file))
            }
            do throws(ShotlistError) {
                return try ask(about: source, timeline, make) { answer, _ in
                    guard case .file(let written) = answer else { return nil }
                    return written.clip(at: destination)
                }
            } catch {
                // A process that died has left it.
                ClipCutter.removePart(destination.path)
                throw error
            }
        }

        package func windowMP4(
            source: String, timeline: FrameTimeline, frames: Range<Int>, limits: MediaLimits
        ) throws(ShotlistError) -> Data {
            let make = { (note: TimelineNote?) -> MediaRequest in
                .windowMP4(
                    MP4Request(path: source, timeline: note ?? TimelineNote(timeline), frames: frames, limits: limits))
            }
            return try ask(about: source, timeline, make) { answer, worker in
                guard case .bytes(let count) = answer else { return nil }
                return worker.values(UInt8.self, count: count).map { Data($0) }
            }
        }

        // MARK: Processes

        /// A process that nobody uses.
        ///
        /// - Parameter alone: a new one, for what another did not survive.
        func take(alone: Bool) throws(ShotlistError) -> MediaWorker {
            let found = state.withLock { state -> MediaWorker? in
                guard !alone, let worker = state.idle.popLast() else { return nil }
                state.busy[ObjectIdentifier(worker)] = worker
                return worker
            }
            if isCancelled { throw Self.cancelled }
            if let found { return found }
            let worker = try MediaWorker(
                processes,
                WorkerSettings(
                    memory: processes.memory, openFiles: processes.openFiles, fileBytes: processes.fileBytes,
                    threads: threads, decoder: decoder, usesCard: decoder.mayUseCard || encodesOnCard, folder: folder,
                    isAlone: alone))
            state.withLock { $0.busy[ObjectIdentifier(worker)] = worker }
            // A stop that came meanwhile did not see it.
            if isCancelled { worker.kill() }
            return worker
        }

        /// Takes a process back that has answered.
        ///
        /// - Parameter isSpent: whether it is to end, as one that was alone does.
        func giveBack(_ worker: MediaWorker, isSpent: Bool = false) {
            worker.giveBackMemory()
            state.withLock { state in
                state.busy[ObjectIdentifier(worker)] = nil
                let isKept = !isSpent && !state.isCancelled && worker.requests < Self.mostRequests
                if isKept, state.idle.count <= threads { state.idle.append(worker) }
            }
        }

        /// Forgets a process that died.
        func bury(_ worker: MediaWorker) {
            state.withLock { $0.busy[ObjectIdentifier(worker)] = nil }
        }

        /// The decoder for one more clip: beyond a few a card is not asked.
        func takeDecoder() -> VideoDecoder {
            guard decoder != .cpu else { return .cpu }
            return state.withLock { state in
                guard state.cards < Self.mostOnCards else { return .cpu }
                state.cards += 1
                return decoder
            }
        }

        /// Gives the place on a card back.
        func giveBack(_ decoder: VideoDecoder) {
            if decoder != .cpu { state.withLock { $0.cards -= 1 } }
        }

        /// Whether the run is stopped.
        var isCancelled: Bool { state.withLock(\.isCancelled) }

        static var cancelled: ShotlistError {
            ShotlistError(.cancelled, "The run was stopped.", remedy: "Run it again.")
        }

        // MARK: What dies

        /// What becomes of work on the file at `path` during which a process died: nil when it is to be tried again.
        func verdict(_ end: WorkerEnd, _ worker: MediaWorker, wasAlone: Bool, path: String) -> ShotlistError? {
            bury(worker)
            if isCancelled { return Self.cancelled }
            let words = end.words(worker.lastWords)
            guard wasAlone else {
                warn("A process that read '\(path.printable)' died: \(words). It is tried once more, alone.")
                return nil
            }
            return ShotlistError(
                .quarantined, "'\(path)' was set aside: twice the process that read it died; \(words).",
                remedy: "It may be built to do harm. `--retry-failed` tries it again.")
        }

        /// Asks a process for something that it can do in one go.
        ///
        /// - Parameter take: makes of the answer what was asked for; nil where it is none.
        private func ask<Value>(
            about path: String, _ timeline: FrameTimeline?, _ request: (TimelineNote?) -> MediaRequest,
            _ take: (MediaAnswer, MediaWorker) -> Value?
        ) throws(ShotlistError) -> Value {
            var alone = false
            while true {
                let worker = try self.take(alone: alone)
                let end: WorkerEnd
                switch Result(catching: { () throws(WorkerEnd) in try worker.ask(timeline, request) }) {
                case .success(.failed(let words)):
                    giveBack(worker, isSpent: alone)
                    throw words.error
                case .success(let answer):
                    if let value = take(answer, worker) {
                        giveBack(worker, isSpent: alone)
                        return value
                    }
                    worker.kill()
                    end = .garbled
                case .failure(let error): end = error
                }
                if let verdict = verdict(end, worker, wasAlone: alone, path: path) { throw verdict }
                alone = true
            }
        }
    }
#endif
