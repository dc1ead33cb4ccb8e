import Foundation
import ShotlistCore

/// Makes files of their own out of parts of a video.
public enum ClipCutter {
    /// Writes the frames `clipFrames` of the video at `path`, and its sound of the same span, as mp4.
    ///
    /// Encoded clips show as the source does: turned upright, in 8-bit 4:2:0, at the source's frame times; a last
    /// column or row that makes a side odd is cut off. With ``ClipEncoder/copy`` the source's packets are kept, from
    /// the key frame before the clip on, and an edit list shows exactly the clip's frames. Sound is always copied;
    /// where mp4 cannot hold it, it is left out with the warning `audio`.
    ///
    /// - Parameters:
    ///   - path: the video file.
    ///   - metadata: what ``MediaProbe`` told of it.
    ///   - timeline: when its frames are shown.
    ///   - clipFrames: the clip's frames, counted from the file's first; not empty.
    ///   - encoder: how.
    ///   - threads: threads to decode and encode with, at least 1.
    ///   - decoder: on what is decoded.
    ///   - limits: what the file may ask for at most.
    ///   - isCancelled: asked before every frame or packet; true ends the work.
    ///   - destination: the file to write, best under a temporary name. When this throws, it is removed.
    /// - Returns: the written file, after counting its frames.
    /// - Throws: ``ShotlistError``: `encode_failed`, `missing_frames`, `write_failed`, `disk_full`, `output_invalid`,
    ///   `cancelled`.
    public static func write(
        source path: String, metadata: VideoMetadata, timeline: FrameTimeline, clipFrames: Range<Int>,
        encoder: ClipEncoder, threads: Int, decoder: VideoDecoder = .cpu, limits: MediaLimits = MediaLimits(),
        isCancelled: @escaping @Sendable () -> Bool, to destination: URL
    ) throws(ShotlistError) -> EncodedClip {
        precondition(!clipFrames.isEmpty && clipFrames.upperBound <= timeline.count, "a clip has frames of its source")
        guard encoder == .copy else {
            let reader = try WindowReader(
                path: path, timeline: timeline, clipFrames: clipFrames, windows: [], threads: threads, decoder: decoder,
                limits: limits,
                clipFile: ClipFile(
                    metadata: metadata, encoder: encoder, threads: threads, isCancelled: isCancelled, to: destination))
            guard let clip = try reader.finishClipFile() else { preconditionFailure("a file was asked for") }
            return clip
        }
        do throws(ShotlistError) {
            let warnings = try copy(
                path, timeline: timeline, frames: clipFrames, limits: limits, to: destination.path
            ) { () throws(ShotlistError) in
                try check(isCancelled, path)
            }
            return try checked(
                destination, source: path, frames: clipFrames.count, limits: limits, warnings: warnings)
        } catch {
            removePart(destination.path)
            throw error
        }
    }

    /// Throws when the work is to stop.
    static func check(_ isCancelled: () -> Bool, _ path: String) throws(ShotlistError) {
        guard isCancelled() else { return }
        throw ShotlistError(.cancelled, "Writing a clip of \(path) was stopped.")
    }

    /// A part of a video as the bytes of an mp4 file: its packets from the key frame before it on, with an edit list
    /// that shows exactly the frames asked for; nothing is encoded again, and there is no sound.
    ///
    /// - Parameters:
    ///   - path: the video file.
    ///   - timeline: when its frames are shown.
    ///   - frames: the frames, counted from the file's first; not empty.
    ///   - limits: what the file may ask for at most.
    /// - Throws: ``ShotlistError`` (`encode_failed`) where the codec or container does not allow it.
    public static func windowMP4(
        source path: String, timeline: FrameTimeline, frames: Range<Int>, limits: MediaLimits = MediaLimits()
    ) throws(ShotlistError) -> Data {
        let copier = try PacketCopier(frames, of: path, timeline: timeline, limits: limits)
        let output = try OutputFile(.memory, name: path)
        let target = try output.addCopy(of: copier.stream)
        try output.begin()
        let reachesPastEnd = try copier.copy(to: output, target: target) { _ in }
        var mp4 = try output.finish()
        if reachesPastEnd, !EditList.setDuration(seconds(of: frames, timeline), in: &mp4) {
            throw uncuttable(path)
        }
        return mp4
    }

    private static func copy(
        _ path: String, timeline: FrameTimeline, frames: Range<Int>, limits: MediaLimits, to destination: String,
        progress: () throws(ShotlistError) -> Void
    ) throws(ShotlistError) -> [String: String] {
        let copier = try PacketCopier(frames, of: path, timeline: timeline, limits: limits)
        let output = try OutputFile(.file(destination), name: destination)
        let target = try output.addCopy(of: copier.stream)
        let span = timeline.timestamps[frames.lowerBound]...timeline.end(of: frames)
        let sound = try AudioCopier.add(path, span: span, limits: limits, to: output)
        try output.begin()
        let reachesPastEnd = try copier.copy(to: output, target: target) { (time) throws(ShotlistError) in
            try progress()
            try sound.copier?.advance(to: time)
        }
        try sound.copier?.advance(to: .infinity)
        _ = try output.finish()
        if reachesPastEnd {
            let mended = try? EditList.setDuration(seconds(of: frames, timeline), ofFile: destination)
            guard mended == true else { throw uncuttable(path) }
        }
        return sound.warning.map { ["audio": $0] } ?? [:]
    }

    /// Removes a file that was begun; what is no plain file was not made here and is left alone.
    static func removePart(_ path: String) {
        var info = stat()
        if lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG { unlink(path) }
    }

    private static func seconds(of frames: Range<Int>, _ timeline: FrameTimeline) -> Double {
        let units = timeline.end(of: frames) - timeline.timestamps[frames.lowerBound]
        return Double(units) * Double(timeline.timeBase.numerator) / Double(timeline.timeBase.denominator)
    }

    private static func uncuttable(_ path: String) -> ShotlistError {
        ShotlistError(
            .encodeFailed, "A clip of \(path) could not be cut on packets: its edit list could not be written.",
            remedy: "Use the encoder libx264.")
    }

    /// What the written file holds, after counting its frames.
    static func checked(
        _ file: URL, source: String, frames: Int, limits: MediaLimits, warnings: [String: String]
    ) throws(ShotlistError) -> EncodedClip {
        let (metadata, _, _) = try MediaProbe.probe(path: file.path, limits: limits)
        guard metadata.numFrames == frames else {
            throw ShotlistError(
                .outputInvalid,
                "A clip of \(source) came out with \(metadata.numFrames) frames where \(frames) were cut.",
                remedy: "Use another encoder, and report the video: this should not happen.")
        }
        var clip = EncodedClip(
            file: file, numBytes: metadata.sizeInBytes, size: metadata.size, framerate: metadata.framerate,
            numFrames: metadata.numFrames, videoCodec: metadata.videoCodec)
        clip.warnings = warnings
        return clip
    }
}
