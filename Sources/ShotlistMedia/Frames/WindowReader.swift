import ShotlistCore
import Synchronization

/// Reads the frames that a clip's windows need, in one pass over the clip, and with them the clip's own file where
/// that is encoded anew.
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
    ///   - decoder: on what is decoded.
    ///   - limits: what the file may ask for at most.
    ///   - clipFile: the clip's own file, to be encoded from the same pass; ``finishClipFile()`` ends it.
    /// - Throws: ``ShotlistError`` when the file cannot be read or decoded.
    public convenience init(
        path: String, timeline: FrameTimeline, clipFrames: Range<Int>, windows: [WindowNeeds], threads: Int,
        decoder: VideoDecoder = .cpu, limits: MediaLimits = MediaLimits(), clipFile: ClipFile? = nil
    ) throws(ShotlistError) {
        try self.init(
            path: path, timeline: timeline, clipFrames: clipFrames, windows: windows, threads: threads,
            decoder: decoder, limits: limits, clipFile: clipFile, taker: nil)
    }

    /// Opens the file.
    ///
    /// - Parameter taker: takes windows' pictures as they are made; then windows come without them.
    init(
        path: String, timeline: FrameTimeline, clipFrames: Range<Int>, windows: [WindowNeeds], threads: Int,
        decoder: VideoDecoder, limits: MediaLimits, clipFile: ClipFile?, taker: ScalingCrew.Taker?
    ) throws(ShotlistError) {
        var wanted = Set<Int>()
        if clipFile != nil { wanted.formUnion(clipFrames) }
        for window in windows {
            for frame in window.modelFrames { wanted.insert(clipFrames.lowerBound + frame) }
            for frame in window.previewFrames { wanted.insert(clipFrames.lowerBound + frame) }
        }
        let threads = max(1, threads)
        let source = try FrameSource(
            path: path, timeline: timeline, wanted: wanted, threads: threads, device: decoder.device,
            limits: limits)
        let cursor = source.cursor
        state = Mutex(
            State(
                source: source, windows: windows,
                crew: ScalingCrew(
                    threads: threads, orientation: cursor.orientation, stored: cursor.input.storedSize, taker: taker),
                firstFrame: clipFrames.lowerBound,
                clipFile: clipFile.map { ClipFileWork($0, frames: clipFrames, cursor: cursor, timeline: timeline) }))
    }

    /// The next window, nil after the last one.
    ///
    /// - Throws: ``ShotlistError``: `decode_failed` when frames cannot be turned into RGB; `limit_exceeded` when they
    ///   are larger than may be, or too many packets give none. Frames that cannot be decoded are no error; they are
    ///   listed as missing.
    public func next() throws(ShotlistError) -> DecodedWindow? {
        try state.withLock { state throws(ShotlistError) in try state.next() }
    }

    /// Decodes what is left of the clip and ends its own file.
    ///
    /// - Returns: the written file; nil when none was asked for.
    /// - Throws: what ``ClipCutter`` throws for it, also when it went wrong earlier; windows are not touched by it.
    public func finishClipFile() throws(ShotlistError) -> EncodedClip? {
        try state.withLock { state throws(ShotlistError) in try state.finishClipFile() }
    }

    /// What has gone wrong with the clip's own file so far; ``finishClipFile()`` throws it.
    public var clipFileProblem: ShotlistError? { state.withLock { $0.clipFile?.problem } }

    /// How much was decoded so far.
    package var effort: Effort {
        state.withLock { Effort(packets: $0.source.packets, leaps: $0.source.cursor.leaps) }
    }

    /// What reading took.
    package struct Effort: Sendable {
        /// Packets given to the decoder.
        package let packets: Int
        /// How often groups of pictures were passed over by a seek.
        package let leaps: Int
    }
}

extension WindowReader {
    /// Where the reader is.
    private struct State {
        let source: FrameSource
        let windows: [WindowNeeds]
        let crew: ScalingCrew
        let firstFrame: Int
        let clipFile: ClipFileWork?
        var done = 0
        var ahead: FrameCursor.Found?

        mutating func next() throws(ShotlistError) -> DecodedWindow? {
            guard done < windows.count else { return nil }
            let needs = windows[done]
            done += 1
            let missing: [Int]
            do throws(ShotlistError) {
                missing = try hand(needs)
            } catch {
                // What was begun belongs to no window.
                _ = try? crew.finish()
                throw error
            }
            let made = try crew.finish()
            return DecodedWindow(
                range: needs.range, modelFrames: needs.modelFrames.compactMap { made[$0]?.model },
                previewFrames: needs.previewFrames.compactMap { made[$0]?.preview }, missingFrames: missing)
        }

        /// Hands a window's frames to the crew, and tells which there are not.
        private mutating func hand(_ needs: WindowNeeds) throws(ShotlistError) -> [Int] {
            let forModel = Set(needs.modelFrames)
            let forPreview = Set(needs.previewFrames)
            var missing: [Int] = []
            for index in forModel.union(forPreview).sorted() {
                guard let frame = try take(firstFrame + index) else {
                    missing.append(index)
                    continue
                }
                crew.take(
                    ScalingCrew.Job(
                        index: index, frame: frame, forModel: forModel.contains(index),
                        forPreview: forPreview.contains(index), needs: needs))
            }
            return missing
        }

        /// The frame at `index` of the file, nil where the file does not give it.
        private mutating func take(_ index: Int) throws(ShotlistError) -> DecodedFrame? {
            while (ahead?.index ?? -1) < index {
                guard let found = try step() else { return nil }
                ahead = found
            }
            guard let found = ahead, found.index == index else { return nil }
            ahead = nil
            return try found.frame.inMainMemory()
        }

        mutating func finishClipFile() throws(ShotlistError) -> EncodedClip? {
            guard let clipFile else { return nil }
            while clipFile.isOpen, try step() != nil {}
            return try clipFile.finish()
        }

        /// The next frame of the file, which the clip's own file has got, too.
        private func step() throws(ShotlistError) -> FrameCursor.Found? {
            guard var found = try source.next() else { return nil }
            if let clipFile {
                found = FrameCursor.Found(index: found.index, frame: try found.frame.inMainMemory())
                clipFile.take(found)
            }
            return found
        }
    }
}
