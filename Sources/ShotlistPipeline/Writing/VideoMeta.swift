import ShotlistCore

/// The record of a video, `processed_videos/<path>.json`, with NeMo Curator's keys.
struct VideoMeta: Sendable {
    private let video: Video
    private let clips: Int
    private let chunks: Int

    init(_ video: Video, clips: Int, chunks: Int) {
        self.video = video
        self.clips = clips
        self.chunks = chunks
    }

    /// Seconds of clips after which a chunk is full: 32 clips of 8 seconds, as NeMo Curator cuts them.
    private static let chunkSeconds = 32 * 8

    /// A video's clips in chunks. A clip counts with its whole seconds; the one that fills a chunk is its last.
    static func chunks(of clips: [ClipDigest]) -> [[ClipDigest]] {
        var chunks: [[ClipDigest]] = []
        var current: [ClipDigest] = []
        var seconds = 0
        for clip in clips {
            current.append(clip)
            seconds += Int(clip.span.duration)
            if seconds >= chunkSeconds {
                chunks.append(current)
                current = []
                seconds = 0
            }
        }
        return current.isEmpty ? chunks : chunks + [current]
    }

    var record: JSONRecord {
        var record = JSONRecord()
        let metadata = video.metadata
        record.set("video", video.inputPath)
        record.set("height", metadata.height)
        record.set("width", metadata.width)
        record.set("framerate", metadata.framerate)
        record.set("num_frames", metadata.numFrames)
        record.set("duration", metadata.duration)
        record.set("video_codec", metadata.videoCodec)
        record.set("pixel_format", metadata.pixelFormat)
        // A video without audio has the key with null, not no key.
        record.set("audio_format", metadata.audioCodec)
        record.set("num_total_clips", clips)
        record.set("num_clip_chunks", chunks)
        record.set("rotation", metadata.rotation)
        if !video.warnings.isEmpty { record.set("warnings", video.warnings) }
        return record
    }
}
