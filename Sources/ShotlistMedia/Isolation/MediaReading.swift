import Foundation
import ShotlistCore

/// What a probe tells: ``MediaProbe/probe(path:limits:)``.
package typealias ProbedMedia = (metadata: VideoMetadata, timeline: FrameTimeline, warnings: [String: String])

/// Whatever opens video files for a run, in this process or in others. All of it blocks.
package protocol MediaReading: Sendable {
    /// Does what ``MediaProbe`` does.
    func probe(path: String, limits: MediaLimits) throws(ShotlistError) -> ProbedMedia

    /// Begins what a ``WindowReader`` does.
    func reader(
        path: String, timeline: FrameTimeline, clipFrames: Range<Int>, windows: [WindowNeeds], threads: Int,
        limits: MediaLimits, clipFile: ClipFile?
    ) throws(ShotlistError) -> any WindowReading

    /// Does what ``ClipCutter`` does for a clip.
    func write(
        source: String, metadata: VideoMetadata, timeline: FrameTimeline, clipFrames: Range<Int>, encoder: ClipEncoder,
        threads: Int, limits: MediaLimits, isCancelled: @escaping @Sendable () -> Bool, to destination: URL
    ) throws(ShotlistError) -> EncodedClip

    /// Does what ``ClipCutter`` does for a window.
    func windowMP4(
        source: String, timeline: FrameTimeline, frames: Range<Int>, limits: MediaLimits
    ) throws(ShotlistError) -> Data

    /// Sees that files can be read this way; called once, before the others.
    func start() throws(ShotlistError)

    /// Ends what is under way, with `cancelled`, where that is possible. It does not block.
    func cancel()

    /// Gives back what it has; no call follows.
    func shutDown()
}

/// What gives a clip's windows, in order: ``WindowReader`` says how.
package protocol WindowReading: Sendable {
    /// The next window, nil after the last one.
    func next() throws(ShotlistError) -> DecodedWindow?
    /// Ends the clip's own file, nil where none was asked for.
    func finishClipFile() throws(ShotlistError) -> EncodedClip?
    /// What has gone wrong with the clip's own file so far.
    var clipFileProblem: ShotlistError? { get }
}

extension WindowReader: WindowReading {}

extension MediaIsolation {
    /// What reads files this way.
    ///
    /// - Parameters:
    ///   - decoder: on what is decoded.
    ///   - encodesOnCard: whether clips are encoded on a card.
    ///   - threads: threads of the run; at most about as many clips are worked on at once.
    ///   - folder: where clips' files are written, and nothing else.
    ///   - warn: is told what the run survives.
    package func reading(
        decoder: VideoDecoder, encodesOnCard: Bool = false, threads: Int, folder: String,
        warn: @escaping @Sendable (String) -> Void
    ) -> any MediaReading {
        switch self {
        case .none: return MediaInProcess(decoder: decoder)
        case .processes(let processes):
            #if os(Linux)
                return MediaWorkers(
                    processes, decoder: decoder, encodesOnCard: encodesOnCard, threads: threads, folder: folder,
                    warn: warn)
            #else
                return MediaInProcess(decoder: decoder, canStart: false)
            #endif
        }
    }
}

/// Reads files in this process.
package struct MediaInProcess: MediaReading {
    private let decoder: VideoDecoder
    private let canStart: Bool

    /// Reads them with `decoder`; one that cannot start stands for processes that this system does not have.
    package init(decoder: VideoDecoder = .cpu, canStart: Bool = true) {
        self.decoder = decoder
        self.canStart = canStart
    }

    package func probe(path: String, limits: MediaLimits) throws(ShotlistError) -> ProbedMedia {
        try MediaProbe.probe(path: path, limits: limits)
    }

    package func reader(
        path: String, timeline: FrameTimeline, clipFrames: Range<Int>, windows: [WindowNeeds], threads: Int,
        limits: MediaLimits, clipFile: ClipFile?
    ) throws(ShotlistError) -> any WindowReading {
        try WindowReader(
            path: path, timeline: timeline, clipFrames: clipFrames, windows: windows, threads: threads,
            decoder: decoder, limits: limits, clipFile: clipFile)
    }

    package func write(
        source: String, metadata: VideoMetadata, timeline: FrameTimeline, clipFrames: Range<Int>, encoder: ClipEncoder,
        threads: Int, limits: MediaLimits, isCancelled: @escaping @Sendable () -> Bool, to destination: URL
    ) throws(ShotlistError) -> EncodedClip {
        try ClipCutter.write(
            source: source, metadata: metadata, timeline: timeline, clipFrames: clipFrames, encoder: encoder,
            threads: threads, decoder: decoder, limits: limits, isCancelled: isCancelled, to: destination)
    }

    package func windowMP4(
        source: String, timeline: FrameTimeline, frames: Range<Int>, limits: MediaLimits
    ) throws(ShotlistError) -> Data {
        try ClipCutter.windowMP4(source: source, timeline: timeline, frames: frames, limits: limits)
    }

    package func start() throws(ShotlistError) {
        guard !canStart else { return }
        throw ShotlistError(
            .notAvailable, "Videos cannot be read in processes of their own on this system.",
            remedy: "Read them in this one (`--media-isolation none`).")
    }

    package func cancel() {}
    package func shutDown() {}
}
