internal import CLibAV
import Foundation
import ShotlistCore

/// Tells what a video file holds.
public enum MediaProbe {
    /// Opens the file at `path` and reads all its packets, decoding none but the few libav needs to know the stream.
    ///
    /// Only containers that hold their own pictures are read (mp4, mov, mkv, webm, avi, mpegts and the like), as
    /// their content says and not their name; no file makes another one be opened.
    ///
    /// - Parameters:
    ///   - path: the video file.
    ///   - limits: what it may ask for at most.
    /// - Returns: the metadata, when each frame is shown, and by short name what is doubtful about the file or done to
    ///   its pictures (`truncated`: it ends early; `starts_late`: it begins between key frames; `sample_aspect_ratio`:
    ///   its pixels are not square, and stay as stored; `untimed`: packets without a time are left out; `hdr`:
    ///   mapped to standard range; `dolby_vision`: colours that
    ///   cannot be shown; `interlaced`: fields stay as stored; `alpha`: left out).
    /// - Throws: ``ShotlistError``: `unreadable`, `not_a_video`, `refused_container`, `no_video_stream`, `no_frames`,
    ///   `limit_exceeded`.
    public static func probe(
        path: String, limits: MediaLimits = MediaLimits()
    ) throws(ShotlistError) -> (metadata: VideoMetadata, timeline: FrameTimeline, warnings: [String: String]) {
        let file = try InputFile(path: path, limits: limits, checksIndex: true)
        let scan = try PacketScan(file)
        guard !scan.timestamps.isEmpty else {
            throw ShotlistError(
                .noFrames, "The video \(path) has no frames.", remedy: "Copy or download it again, or leave it out.")
        }
        let base = file.video.pointee.time_base
        guard base.num > 0, base.den > 0 else {
            throw ShotlistError(
                .notAVideo, "The file \(path) is damaged: its clock stands.", remedy: "Copy or download it again.")
        }
        let timeline = FrameTimeline(
            timestamps: scan.timestamps, timeBase: (numerator: Int(base.num), denominator: Int(base.den)),
            lastDuration: scan.lastDuration)
        return (try metadata(of: file, timeline: timeline), timeline, MediaWarnings.of(file, scan))
    }

    /// Tells the shape of a video's pixels when its pictures are upright, of which ``probe(path:limits:)`` only warns.
    ///
    /// - Parameters:
    ///   - path: the video file.
    ///   - limits: what it may ask for at most.
    /// - Throws: ``ShotlistError``, as ``probe(path:limits:)``.
    public static func pixels(path: String, limits: MediaLimits = MediaLimits()) throws(ShotlistError) -> PixelShape {
        let file = try InputFile(path: path, limits: limits, checksIndex: true)
        return file.shownPixels(Orientation(file.video))
    }

    private static func metadata(
        of file: InputFile, timeline: FrameTimeline
    ) throws(ShotlistError) -> VideoMetadata {
        let parameters = file.video.pointee.codecpar.pointee
        guard parameters.width > 0, parameters.height > 0 else {
            throw ShotlistError(
                .noFrames, "The video \(file.path) has no frame that can be decoded: its size is unknown.",
                remedy: "Copy or download it again, or leave it out.")
        }
        let rate = rate(of: file.video, timeline: timeline)
        guard rate <= file.limits.frameRate || timeline.count < 2 else {
            throw MediaLimits.exceeded(
                .frameRate, file.path,
                "it has \(rate) frames a second, and at most \(file.limits.frameRate) are allowed")
        }
        // Clips are cut by frames and their rate, as if there were no other times.
        try file.limits.check(duration: Double(timeline.count) / rate, of: file.path)
        let orientation = Orientation(file.video)
        let size = orientation.shown(PixelSize(width: Int(parameters.width), height: Int(parameters.height)))
        return VideoMetadata(
            sizeInBytes: Int(max(0, avio_size(file.context.pointee.pb))), height: size.height, width: size.width,
            framerate: rate, numFrames: timeline.count,
            duration: timeline.duration, videoCodec: String(cString: avcodec_get_name(parameters.codec_id)),
            pixelFormat: av_get_pix_fmt_name(AVPixelFormat(parameters.format)).map { String(cString: $0) } ?? "unknown",
            audioCodec: file.audioIndex.map {
                String(cString: avcodec_get_name(file.stream($0).pointee.codecpar.pointee.codec_id))
            },
            rotation: orientation.clockwiseDegrees, bitRate: Int(file.context.pointee.bit_rate))
    }

    /// libav's average rate, as NeMo Curator takes it, or else frames by duration.
    private static func rate(of stream: UnsafeMutablePointer<AVStream>, timeline: FrameTimeline) -> Double {
        let average = stream.pointee.avg_frame_rate
        if average.num > 0, average.den > 0 { return Double(average.num) / Double(average.den) }
        return timeline.duration > 0 ? Double(timeline.count) / timeline.duration : 1
    }
}
