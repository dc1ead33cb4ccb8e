import ShotlistCore

/// The record of a chunk of clips, `processed_clip_chunks/<path>_<index>.json`, with NeMo Curator's keys.
struct ChunkMeta: Encodable, Sendable {
    private let video: String
    private let index: Int
    private let clips: [ClipDigest]

    init(video: String, index: Int, clips: [ClipDigest]) {
        self.video = video
        self.index = index
        self.clips = clips
    }

    func encode(to encoder: any Encoder) throws {
        var record = encoder.container(keyedBy: AnyKey.self)
        let durations = clips.map(\.span.duration)
        let captioned = clips.count { clip in clip.captions.contains { $0.text != nil } }
        try record.encode(video, forKey: "video")
        try record.encode(index, forKey: "clip_chunk_index")
        // Filters and embeddings are not among Shotlist's stages; readers of these files expect the keys.
        try record.encode(0, forKey: "num_clips_filtered_by_motion")
        try record.encode(0, forKey: "num_clips_filtered_by_aesthetic")
        try record.encode(clips.count, forKey: "num_clips_passed")
        try record.encode(clips.count(where: \.isEncoded), forKey: "num_clips_transcoded")
        try record.encode(0, forKey: "num_clips_with_embeddings")
        try record.encode(captioned, forKey: "num_clips_with_caption")
        try record.encode(clips.count(where: \.hasPreview), forKey: "num_clips_with_webp")
        try record.encode(durations.reduce(0, +), forKey: "total_clip_duration")
        try record.encode(durations.max() ?? 0, forKey: "max_clip_duration")
        try record.encode(clips.map(\.name), forKey: "clips")
        try record.encode([String](), forKey: "filtered_clips")
        try record.encode(texts(\.captions), forKey: "all_windows")
        try record.encode(texts(\.enhancedCaptions), forKey: "all_windows_enhanced_caption")
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
