import Dispatch
import ShotlistCore
import Synchronization

/// Reads the frames that a clip's windows need, in one pass over the clip.
///
/// Windows come in order; memory holds the frames of one. It blocks while it decodes, so call it from a thread of
/// your own, not from Swift's cooperative pool.
public final class WindowReader: Sendable {
    private let state: Mutex<State>

    /// Opens the file and goes to the first frame that is needed.
    ///
    /// - Parameters:
    ///   - path: the video file.
    ///   - timeline: what ``MediaProbe`` told of it.
    ///   - clipFrames: the clip's frames, counted from the file's first.
    ///   - windows: what is wanted of each window, in order, none overlapping another.
    ///   - threads: threads to decode, convert and resize with, at least 1.
    /// - Throws: ``ShotlistError`` when the file cannot be read or decoded.
    public init(
        path: String, timeline: FrameTimeline, clipFrames: Range<Int>, windows: [WindowNeeds], threads: Int
    ) throws(ShotlistError) {
        var wanted = Set<Int>()
        for window in windows {
            for frame in window.modelFrames { wanted.insert(clipFrames.lowerBound + frame) }
            for frame in window.previewFrames { wanted.insert(clipFrames.lowerBound + frame) }
        }
        let threads = max(1, threads)
        let cursor = try FrameCursor.open(path: path, timeline: timeline, wanted: wanted, threads: threads)
        let converters = (0..<threads).map { _ in FrameConverter(orientation: cursor.orientation) }
        state = Mutex(
            State(cursor: cursor, converters: converters, windows: windows, firstFrame: clipFrames.lowerBound))
    }

    /// The next window, nil after the last one.
    ///
    /// - Throws: ``ShotlistError`` (`decode_failed`) when frames cannot be turned into RGB. Frames that cannot be
    ///   decoded are no error; they are listed as missing.
    public func next() throws(ShotlistError) -> DecodedWindow? {
        try state.withLock { state throws(ShotlistError) in try state.next() }
    }
}

extension WindowReader {
    /// Where the reader is.
    private struct State {
        let cursor: FrameCursor
        let converters: [FrameConverter]
        let windows: [WindowNeeds]
        let firstFrame: Int
        var done = 0
        var ahead: FrameCursor.Found?

        /// A decoded frame with what is to be made of it, counted from the clip's first.
        struct Job: Sendable {
            let index: Int
            let frame: DecodedFrame
            let forModel: Bool
            let forPreview: Bool
        }
        struct Made: Sendable {
            var model: RGBFrame?
            var preview: RGBFrame?
        }

        mutating func next() throws(ShotlistError) -> DecodedWindow? {
            guard done < windows.count else { return nil }
            let needs = windows[done]
            done += 1
            let forModel = Set(needs.modelFrames)
            let forPreview = Set(needs.previewFrames)
            var made: [Int: Made] = [:]
            var missing: [Int] = []
            var batch: [Job] = []
            for index in forModel.union(forPreview).sorted() {
                guard let frame = try take(firstFrame + index) else {
                    missing.append(index)
                    continue
                }
                batch.append(
                    Job(
                        index: index, frame: frame, forModel: forModel.contains(index),
                        forPreview: forPreview.contains(index)))
                // Few decoded frames wait, however many a window needs.
                if batch.count >= converters.count * 2 { try convert(&batch, needs, into: &made) }
            }
            try convert(&batch, needs, into: &made)
            return DecodedWindow(
                range: needs.range, modelFrames: needs.modelFrames.compactMap { made[$0]?.model },
                previewFrames: needs.previewFrames.compactMap { made[$0]?.preview }, missingFrames: missing)
        }

        /// The frame at `index` of the file, nil where the file does not give it.
        private mutating func take(_ index: Int) throws(ShotlistError) -> DecodedFrame? {
            while (ahead?.index ?? -1) < index {
                guard let found = try cursor.next() else { return nil }
                ahead = found
            }
            guard let found = ahead, found.index == index else { return nil }
            ahead = nil
            return found.frame
        }

        private func convert(
            _ batch: inout [Job], _ needs: WindowNeeds, into made: inout [Int: Made]
        ) throws(ShotlistError) {
            let jobs = batch
            batch = []
            let converters = self.converters
            let workers = min(converters.count, jobs.count)
            guard workers > 0 else { return }
            let results = Mutex<[Int: Result<Made, ShotlistError>]>([:])
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                for job in stride(from: worker, to: jobs.count, by: workers).map({ jobs[$0] }) {
                    let result = Result { () throws(ShotlistError) in
                        try Self.make(job, needs, with: converters[worker])
                    }
                    results.withLock { $0[job.index] = result }
                }
            }
            for (index, result) in results.withLock({ $0 }) { made[index] = try result.get() }
        }

        private static func make(
            _ job: Job, _ needs: WindowNeeds, with converter: FrameConverter
        ) throws(ShotlistError) -> Made {
            var made = Made()
            if job.forModel { made.model = try converter.model(job.frame, size: needs.modelSize) }
            if job.forPreview {
                if let height = needs.previewHeight {
                    made.preview = try converter.preview(job.frame, height: height)
                } else {
                    made.preview = try converter.model(job.frame, size: nil)
                }
            }
            return made
        }
    }
}
