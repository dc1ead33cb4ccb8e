#if os(Linux)
    import Foundation
    import ShotlistCore

    /// What a process does with requests, one after another, on the thread that reads them.
    final class WorkerDuty {
        private let memory: SharedMemory
        private let places: PicturePlaces
        private let isAlone: Bool
        private var timeline: FrameTimeline?
        private var clip: OpenClip?

        private struct OpenClip {
            let path: String
            let reader: WindowReader
            let windows: [WindowNeeds]
            var done = 0
        }

        init(_ memory: SharedMemory, isAlone: Bool) {
            self.memory = memory
            self.isAlone = isAlone
            places = PicturePlaces(memory)
        }

        /// Does what is asked for.
        func answer(_ request: MediaRequest) -> MediaAnswer {
            defer { if clip == nil { LargeBuffers.giveBack() } }
            do throws(ShotlistError) {
                return try answered(request)
            } catch {
                return .failed(ErrorWords(error))
            }
        }

        private func answered(_ request: MediaRequest) throws(ShotlistError) -> MediaAnswer {
            switch request {
            case .begin: throw Self.outOfTurn
            case .probe(let path, let limits): return try probe(path, limits)
            case .open(let request): return try open(request)
            case .next: return try next()
            case .finishFile: return try finishFile()
            case .close:
                clip = nil
                return .closed
            case .write(let request): return try write(request)
            case .windowMP4(let request): return try windowMP4(request)
            }
        }

        private func probe(_ path: String, _ limits: MediaLimits) throws(ShotlistError) -> MediaAnswer {
            WorkerFault.strike(path, .probe, isAlone: isAlone)
            let found = try MediaProbe.probe(path: path, limits: limits)
            places.begin()
            guard try places.put(found.timeline.timestamps) == 0 else { throw Self.outOfTurn }
            return .probed(
                ProbeAnswer(
                    metadata: found.metadata, timeline: TimelineNote(found.timeline), warnings: found.warnings))
        }

        private func open(_ request: WindowsRequest) throws(ShotlistError) -> MediaAnswer {
            let timeline = try timeline(request.timeline)
            clip = nil
            WorkerFault.strike(request.path, .open, isAlone: isAlone)
            let file = request.clipFile.map { file in
                ClipFile(
                    metadata: file.metadata, encoder: file.encoder, threads: file.threads, isCancelled: { false },
                    to: URL(filePath: file.destination))
            }
            let reader = try WindowReader(
                path: request.path, timeline: timeline, clipFrames: request.clipFrames, windows: request.windows,
                threads: request.threads, decoder: request.decoder, limits: request.limits, clipFile: file,
                taker: { [places] (index, made) throws(ShotlistError) in try places.take(index, made) })
            clip = OpenClip(path: request.path, reader: reader, windows: request.windows)
            return .opened(clipFileProblem: reader.clipFileProblem.map { ErrorWords($0) })
        }

        private func next() throws(ShotlistError) -> MediaAnswer {
            guard let clip, clip.done < clip.windows.count else { throw Self.outOfTurn }
            let needs = clip.windows[clip.done]
            WorkerFault.strike(clip.path, .window, frame: needs.range.start, isAlone: isAlone)
            self.clip?.done += 1
            places.begin()
            guard let window = try clip.reader.next() else { throw Self.outOfTurn }
            let found = places.places(model: needs.modelFrames, preview: needs.previewFrames)
            return .window(
                WindowAnswer(
                    model: found.model, preview: found.preview, missing: window.missingFrames,
                    isLarge: LargeBuffers.areExpected,
                    clipFileProblem: clip.reader.clipFileProblem.map { ErrorWords($0) }))
        }

        private func finishFile() throws(ShotlistError) -> MediaAnswer {
            guard let written = try clip?.reader.finishClipFile() else { throw Self.outOfTurn }
            return .file(FileAnswer(written))
        }

        private func write(_ request: ClipRequest) throws(ShotlistError) -> MediaAnswer {
            let timeline = try timeline(request.timeline)
            WorkerFault.strike(request.path, .write, isAlone: isAlone)
            let file = request.file
            return .file(
                FileAnswer(
                    try ClipCutter.write(
                        source: request.path, metadata: file.metadata, timeline: timeline,
                        clipFrames: request.clipFrames, encoder: file.encoder, threads: file.threads,
                        decoder: request.decoder, limits: request.limits, isCancelled: { false },
                        to: URL(filePath: file.destination))))
        }

        private func windowMP4(_ request: MP4Request) throws(ShotlistError) -> MediaAnswer {
            let timeline = try timeline(request.timeline)
            WorkerFault.strike(request.path, .mp4, isAlone: isAlone)
            let bytes = try ClipCutter.windowMP4(
                source: request.path, timeline: timeline, frames: request.frames, limits: request.limits)
            places.begin()
            guard try places.put([UInt8](bytes)) == 0 else { throw Self.outOfTurn }
            return .bytes(bytes.count)
        }

        /// The timeline of a request: its times are in the shared memory, or are those of the request before.
        private func timeline(_ note: TimelineNote) throws(ShotlistError) -> FrameTimeline {
            if note.isKnown {
                guard let timeline, timeline.count == note.count else { throw Self.outOfTurn }
                return timeline
            }
            guard let times = memory.values(Int64.self, at: 0, count: note.count) else { throw Self.outOfTurn }
            let timeline = note.timeline(times)
            self.timeline = timeline
            return timeline
        }

        private static var outOfTurn: ShotlistError {
            ShotlistError(.internalFailure, "A process that reads videos was asked out of turn.")
        }
    }
#endif
