import Foundation
import ShotlistCore

/// A clip's own file, to be encoded from the pass that decodes its windows.
public struct ClipFile: Sendable {
    let metadata: VideoMetadata
    let encoder: ClipEncoder
    let threads: Int
    let destination: URL
    let isCancelled: @Sendable () -> Bool

    /// Says what file is wanted.
    ///
    /// - Parameters:
    ///   - metadata: what ``MediaProbe`` told of the source.
    ///   - encoder: how; ``ClipEncoder/copy`` decodes nothing and has no place here.
    ///   - threads: threads to encode with, at least 1.
    ///   - isCancelled: asked before every frame; true ends the file, not the pass.
    ///   - destination: the file to write, best under a temporary name. When it fails, or is never finished, it is
    ///     removed.
    public init(
        metadata: VideoMetadata, encoder: ClipEncoder, threads: Int, isCancelled: @escaping @Sendable () -> Bool,
        to destination: URL
    ) {
        precondition(encoder != .copy, "packets are copied without decoding")
        self.metadata = metadata
        self.encoder = encoder
        self.threads = threads
        self.isCancelled = isCancelled
        self.destination = destination
    }
}

/// A clip's own file on its way. What goes wrong with it is kept until it is asked for, and costs no window.
///
/// Not for use by two threads at once.
final class ClipFileWork {
    private let file: ClipFile
    private let path: String
    private let frames: Range<Int>
    private let limits: MediaLimits
    private var state: Result<ClipTranscoder, ShotlistError>
    private var isFinished = false

    /// Begins the file for `frames` of the video that `cursor` reads.
    init(_ file: ClipFile, frames: Range<Int>, cursor: FrameCursor, timeline: FrameTimeline) {
        self.file = file
        self.frames = frames
        path = cursor.input.path
        limits = cursor.input.limits
        state = Result { () throws(ShotlistError) in
            let output = try OutputFile(.file(file.destination.path), name: file.destination.path)
            return try ClipTranscoder(
                frames, of: cursor, timeline: timeline, rate: file.metadata.framerate, encoder: file.encoder,
                threads: file.threads, to: output)
        }
    }

    deinit {
        // A file that failed is gone already, and another may be in its place.
        guard !isFinished, case .success = state else { return }
        drop(because: ShotlistError(.cancelled, "Nobody waits for the file."))
    }

    /// What has gone wrong so far.
    var problem: ShotlistError? {
        if case .failure(let problem) = state { problem } else { nil }
    }

    /// Whether frames are still to come.
    var isOpen: Bool {
        guard case .success(let transcoder) = state else { return false }
        return !transcoder.isComplete
    }

    /// Encodes a frame, if it is one of the clip.
    func take(_ found: FrameCursor.Found) {
        guard case .success(let transcoder) = state else { return }
        do throws(ShotlistError) {
            try ClipCutter.check(file.isCancelled, path)
            try transcoder.take(found)
        } catch {
            drop(because: error)
        }
    }

    /// Ends the file and counts its frames.
    func finish() throws(ShotlistError) -> EncodedClip {
        do throws(ShotlistError) {
            let warnings = try state.get().finish()
            let clip = try ClipCutter.checked(
                file.destination, source: path, frames: frames.count, limits: limits, warnings: warnings)
            isFinished = true
            return clip
        } catch {
            drop(because: error)
            throw error
        }
    }

    /// Lets go of the encoder and of what it has written.
    private func drop(because problem: ShotlistError) {
        state = .failure(problem)
        ClipCutter.removePart(file.destination.path)
    }
}
