import ShotlistCore

/// The record of a video, `processed_videos/<path>.json`, with NeMo Curator's keys.
struct VideoMeta: Encodable, Sendable {
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

    func encode(to encoder: any Encoder) throws {
        var record = encoder.container(keyedBy: AnyKey.self)
        let metadata = video.metadata
        try record.encode(video.inputPath, forKey: "video")
        try record.encode(metadata.height, forKey: "height")
        try record.encode(metadata.width, forKey: "width")
        try record.encode(metadata.framerate, forKey: "framerate")
        try record.encode(metadata.numFrames, forKey: "num_frames")
        try record.encode(metadata.duration, forKey: "duration")
        try record.encode(metadata.videoCodec, forKey: "video_codec")
        try record.encode(metadata.pixelFormat, forKey: "pixel_format")
        // A video without audio has the key with null, not no key.
        try record.encode(metadata.audioCodec, forKey: "audio_format")
        try record.encode(clips, forKey: "num_total_clips")
        try record.encode(chunks, forKey: "num_clip_chunks")
        try record.encode(metadata.rotation, forKey: "rotation")
        if !video.warnings.isEmpty { try record.encode(video.warnings, forKey: "warnings") }
    }
}
