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

    /// A video's clips in chunks.
    static func chunks(of clips: [ClipDigest]) -> [[ClipDigest]] {
        var rest = clips[...]
        return chunkSizes(of: clips.map(\.span)).map { size in
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
    }

    /// How many clips each of a video's chunks has. A clip counts with its whole seconds; the one that fills a chunk is its
    /// last.
    static func chunkSizes(of spans: [ClipSpan]) -> [Int] {
        var sizes: [Int] = []
        var size = 0
        var seconds = 0
        for span in spans {
            size += 1
            seconds += Int(span.duration)
            if seconds >= chunkSeconds {
                sizes.append(size)
                size = 0
                seconds = 0
            }
        }
        return size == 0 ? sizes : sizes + [size]
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
