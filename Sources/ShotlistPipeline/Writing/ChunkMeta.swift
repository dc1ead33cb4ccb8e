import ShotlistCore

/// The record of a chunk of clips, `processed_clip_chunks/<path>_<index>.json`, with NeMo Curator's keys.
struct ChunkMeta: Sendable {
    private let video: String
    private let index: Int
    private let clips: [ClipDigest]

    init(video: String, index: Int, clips: [ClipDigest]) {
        self.video = video
        self.index = index
        self.clips = clips
    }

    var record: JSONRecord {
        var record = JSONRecord()
        let durations = clips.map(\.span.duration)
        let captioned = clips.count { clip in clip.captions.contains { $0.text != nil } }
        record.set("video", video)
        record.set("clip_chunk_index", index)
        // Filters and embeddings are not among Shotlist's stages; readers of these files expect the keys.
        record.set("num_clips_filtered_by_motion", 0)
        record.set("num_clips_filtered_by_aesthetic", 0)
        record.set("num_clips_passed", clips.count)
        record.set("num_clips_transcoded", clips.count(where: \.isEncoded))
        record.set("num_clips_with_embeddings", 0)
        record.set("num_clips_with_caption", captioned)
        record.set("num_clips_with_webp", clips.count(where: \.hasPreview))
        record.set("total_clip_duration", durations.reduce(0, +))
        record.set("max_clip_duration", durations.max() ?? 0)
        record.set("clips", clips.map(\.name))
        record.set("filtered_clips", [String]())
        record.set("all_windows", texts(\.captions))
        record.set("all_windows_enhanced_caption", texts(\.enhancedCaptions))
        return record
    }

    private func texts(
        _ captions: (ClipDigest) -> [(window: String, text: String?)]
    ) -> [String: [String: String]] {
        var texts: [String: [String: String]] = [:]
        for clip in clips {
            texts[clip.name] = captions(clip).reduce(into: [:]) { windows, caption in
                windows[caption.window] = caption.text
            }
        }
        return texts
    }
}
