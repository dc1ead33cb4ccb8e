import Foundation
import ShotlistCore
import ShotlistMedia
import Synchronization

/// Writes each clip as an mp4 file of its own, by encoding it anew or by cutting its packets.
///
/// The file shows exactly the clip's frames and waits in the run's staging folder until the writer puts it in its
/// place. Where windows are made of the clip, too, both come from one pass of decoding, and ``Clip/encoded`` is set
/// when the clip's last window is decoded; with window stages or a writer of your own, which may read the file, it is
/// written before the first window.
public struct ClipTranscodingStage: ClipStage {
    public let name = "clip_transcoding"
    /// How the clip is written.
    public let encoder: ClipEncoder
    /// Threads of one encoder, 1 to 512.
    public let encoderThreads: Int
    private let state = StageState<RunContext>()

    /// Makes a stage.
    ///
    /// - Throws: ``ShotlistError``: `invalid_argument` for fewer than 1 thread or more than 512.
    public init(encoder: ClipEncoder = .libx264, encoderThreads: Int = 1) throws(ShotlistError) {
        guard (1...512).contains(encoderThreads) else {
            throw ShotlistError(
                .invalidArgument, "An encoder cannot run on \(encoderThreads) threads.", remedy: "Give 1 to 512.")
        }
        self.encoder = encoder
        self.encoderThreads = encoderThreads
    }

    public func setUp(_ context: RunContext) async throws {
        guard encoder.isAvailable else {
            throw ShotlistError(
                .notAvailable, "The encoder '\(encoder.rawValue)' is not in this FFmpeg or has no hardware here.",
                remedy: "`shotlist doctor` lists the encoders there are; 'copy' needs none.")
        }
        state.set(context)
    }

    public func process(_ clip: inout Clip) async throws {
        guard let context = state.value, !clip.frames.isEmpty else { return }
        let file = file(of: clip, context)
        let (video, frames) = (clip.video, clip.frames)
        clip.encoded = try await context.pool.run { [encoder, encoderThreads] in
            try context.media.write(
                source: video.localPath, metadata: video.metadata, timeline: video.timeline, clipFrames: frames,
                encoder: encoder, threads: encoderThreads, limits: context.limits,
                isCancelled: { context.cancellation.isSet }, to: file)
        }
    }

    /// The clip's file as a by-product of the pass that decodes its windows; nil for a clip without frames.
    func clipFile(of clip: Clip) -> ClipFile? {
        guard let context = state.value, !clip.frames.isEmpty else { return nil }
        return ClipFile(
            metadata: clip.video.metadata, encoder: encoder, threads: encoderThreads,
            isCancelled: { context.cancellation.isSet }, to: file(of: clip, context))
    }

    private func file(of clip: Clip, _ context: RunContext) -> URL {
        context.stagingFolder.appending(path: clip.name + ".mp4")
    }
}
