#if os(Linux)
    import Foundation
    import ShotlistCore
    import Synchronization

    /// Reads a clip's windows in a process of their own, which it has until it goes.
    ///
    /// When the process dies, the windows that are left are tried once more in a new one; those before them are not
    /// touched by it. Of what that one does not survive, every window that is left fails with `quarantined`.
    final class IsolatedWindowReader: WindowReading {
        private struct State {
            var worker: MediaWorker?
            var isAlone = false
            var done = 0
            /// Why nothing more can come.
            var ended: ShotlistError?
            var fileProblem: ShotlistError?
        }

        private let path: String
        private let timeline: FrameTimeline
        private let clipFrames: Range<Int>
        private let windows: [WindowNeeds]
        private let threads: Int
        private let limits: MediaLimits
        private let clipFile: ClipFile?
        private let workers: MediaWorkers
        private let decoder: VideoDecoder
        private let state = Mutex(State())

        /// Opens the file; the parameters are those of ``WindowReader``.
        init(
            path: String, timeline: FrameTimeline, clipFrames: Range<Int>, windows: [WindowNeeds], threads: Int,
            limits: MediaLimits, clipFile: ClipFile?, workers: MediaWorkers
        ) throws(ShotlistError) {
            self.path = path
            self.timeline = timeline
            self.clipFrames = clipFrames
            self.windows = windows
            self.threads = threads
            self.limits = limits
            self.clipFile = clipFile
            self.workers = workers
            decoder = workers.takeDecoder()
            // From here on deinit runs even if this initialiser throws, since every member has its value.
            do throws(ShotlistError) {
                try state.withLock { (state) throws(ShotlistError) -> Void in
                    try withWorker(&state) { (_) throws(WorkerEnd) -> Void in }
                }
            } catch {
                // Each window says so itself.
                if error.code != .quarantined { throw error }
            }
        }

        deinit {
            workers.giveBack(decoder)
            let (worker, isAlone) = state.withLock { ($0.worker, $0.isAlone) }
            guard let worker else { return }
            // It lets go of the file and of a clip's file that is not whole.
            guard case .closed? = try? worker.ask(nil, { _ in .close }) else {
                worker.kill()
                workers.bury(worker)
                return
            }
            workers.giveBack(worker, isSpent: isAlone)
        }

        var clipFileProblem: ShotlistError? {
            state.withLock { state in state.fileProblem ?? (clipFile == nil ? nil : state.ended) }
        }

        func next() throws(ShotlistError) -> DecodedWindow? {
            try state.withLock { (state) throws(ShotlistError) -> DecodedWindow? in
                guard state.done < windows.count else { return nil }
                let needs = windows[state.done]
                var problem: ErrorWords?
                let window = try answer(to: .next, &state) { (answer, worker) -> DecodedWindow? in
                    guard case .window(let found) = answer else { return nil }
                    problem = found.clipFileProblem
                    return Self.window(found, needs, in: worker)
                }
                state.fileProblem = problem?.error ?? state.fileProblem
                return window
            }
        }

        func finishClipFile() throws(ShotlistError) -> EncodedClip? {
            guard let clipFile else { return nil }
            return try state.withLock { (state) throws(ShotlistError) -> EncodedClip? in
                do throws(ShotlistError) {
                    return try answer(to: .finishFile, &state) { (answer, _) -> EncodedClip? in
                        guard case .file(let written) = answer else { return nil }
                        return written.clip(at: clipFile.destination)
                    }
                } catch {
                    state.fileProblem = error
                    ClipCutter.removePart(clipFile.destination.path)
                    throw error
                }
            }
        }

        // MARK: Asking

        /// Asks the process, once more in a new one where it dies.
        ///
        /// - Parameter take: makes of the answer what was asked for; nil where it is none.
        private func answer<Value>(
            to request: MediaRequest, _ state: inout State, _ take: (MediaAnswer, MediaWorker) -> Value?
        ) throws(ShotlistError) -> Value {
            // A window that fails is passed, also where the file cannot be opened any more.
            defer { if case .next = request { state.done += 1 } }
            let result = try withWorker(&state) { (worker) throws(WorkerEnd) -> Result<Value, ShotlistError> in
                let answer = try worker.ask(nil) { _ in request }
                if case .failed(let words) = answer { return .failure(words.error) }
                guard let value = take(answer, worker) else {
                    worker.kill()
                    throw .garbled
                }
                return .success(value)
            }
            return try result.get()
        }

        /// Does something with the process that has the clip open; twice where the first dies.
        private func withWorker<Value>(
            _ state: inout State, _ body: (MediaWorker) throws(WorkerEnd) -> Value
        ) throws(ShotlistError) -> Value {
            while true {
                if let ended = state.ended { throw ended }
                let isOpen = state.worker != nil
                let worker: MediaWorker
                if let opened = state.worker {
                    worker = opened
                } else {
                    worker = try workers.take(alone: state.isAlone)
                    state.worker = worker
                }
                do throws(WorkerEnd) {
                    if !isOpen, let problem = try open(worker, &state) {
                        state.ended = problem
                        throw WorkerEnd.cancelled
                    }
                    return try body(worker)
                } catch {
                    if let ended = state.ended { throw ended }
                    state.worker = nil
                    state.ended = workers.verdict(error, worker, wasAlone: state.isAlone, path: path)
                    state.isAlone = true
                    if let ended = state.ended, ended.code == .quarantined { workers.warn("\(ended)") }
                }
            }
        }

        /// Opens the clip from the first window on that is still to come; an error of the file is given, not thrown.
        private func open(_ worker: MediaWorker, _ state: inout State) throws(WorkerEnd) -> ShotlistError? {
            let rest = Array(windows[state.done...])
            let file = clipFile.map { file in
                ClipFileRequest(
                    metadata: file.metadata, encoder: file.encoder, threads: file.threads,
                    destination: file.destination.path)
            }
            let (threads, isAlone) = (threads, state.isAlone)
            let answer = try worker.ask(timeline) { note in
                .open(
                    WindowsRequest(
                        path: path, timeline: note ?? TimelineNote(timeline), clipFrames: clipFrames, windows: rest,
                        threads: isAlone ? 1 : threads, decoder: isAlone ? .cpu : decoder, limits: limits,
                        clipFile: file))
            }
            switch answer {
            case .opened(let problem):
                state.fileProblem = problem?.error
                return nil
            case .failed(let words): return words.error
            default:
                worker.kill()
                throw .garbled
            }
        }

        /// The window that was answered; nil where the answer does not fit what was asked for.
        private static func window(
            _ found: WindowAnswer, _ needs: WindowNeeds, in worker: MediaWorker
        ) -> DecodedWindow? {
            guard found.model.count <= needs.modelFrames.count, found.preview.count <= needs.previewFrames.count,
                Set(found.missing).isSubset(of: Set(needs.modelFrames).union(needs.previewFrames))
            else { return nil }
            let model = found.model.compactMap { $0.isYUV ? nil : $0.rgb(in: worker, found.isLarge) }
            let preview = found.preview.compactMap { $0.picture(in: worker, found.isLarge) }
            guard model.count == found.model.count, preview.count == found.preview.count else { return nil }
            return DecodedWindow(
                range: needs.range, modelFrames: model, previewFrames: preview, missingFrames: found.missing)
        }
    }

    extension PicturePlace {
        /// Whether the size is one that a picture can have, so that its bytes can be reckoned.
        private var isPlausible: Bool { (1...1 << 20).contains(size.width) && (1...1 << 20).contains(size.height) }

        /// The picture as it stands in the shared memory; nil where it does not.
        ///
        /// - Parameter isLast: whether the shared memory is given back, so that a picture is never there twice for long.
        fileprivate func rgb(in worker: MediaWorker, _ isLast: Bool) -> RGBFrame? {
            bytes(size.area * 3, in: worker, isLast).map { RGBFrame(size: size, bytes: $0) }
        }

        fileprivate func picture(in worker: MediaWorker, _ isLast: Bool) -> PreviewPicture? {
            guard isYUV else { return rgb(in: worker, isLast).map { .rgb($0) } }
            return bytes(YUVFrame.byteCount(of: size), in: worker, isLast).map { .yuv(YUVFrame(size: size, bytes: $0)) }
        }

        private func bytes(_ count: @autoclosure () -> Int, in worker: MediaWorker, _ isLast: Bool) -> [UInt8]? {
            guard isPlausible else { return nil }
            let count = count()
            // Only what was there to be copied: the other process says where.
            guard let bytes = worker.values(UInt8.self, count: count, at: offset) else { return nil }
            if isLast { worker.forget(count, at: offset) }
            return bytes
        }
    }

    extension ProbeAnswer {
        /// Whether what is computed with it can be computed.
        var isPlausible: Bool {
            timeline.count > 0 && timeline.count == metadata.numFrames && timeline.numerator > 0
                && timeline.denominator > 0 && timeline.lastDuration >= 0 && metadata.width > 0 && metadata.height > 0
                && metadata.framerate > 0 && metadata.framerate.isFinite && metadata.duration.isFinite
        }
    }
#endif
