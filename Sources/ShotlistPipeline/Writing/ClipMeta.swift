import ShotlistCore

/// The record of a clip, `metas/v0/<uuid>.json`: NeMo Curator's keys, and ours beside them.
struct ClipMeta: Encodable, Sendable {
    private let finished: FinishedClip
    private let location: String

    init(_ finished: FinishedClip, location: String) {
        self.finished = finished
        self.location = location
    }

    func encode(to encoder: any Encoder) throws {
        let (clip, video) = (finished.clip, finished.clip.video)
        var record = encoder.container(keyedBy: AnyKey.self)
        try record.encode(clip.name, forKey: "span_uuid")
        try record.encode(video.inputPath, forKey: "source_video")
        try record.encode([clip.span.start, clip.span.end], forKey: "duration_span")
        try record.encode(video.metadata.width, forKey: "width_source")
        try record.encode(video.metadata.height, forKey: "height_source")
        try record.encode(video.metadata.framerate, forKey: "framerate_source")
        try record.encode(location, forKey: "clip_location")
        if let encoded = clip.encoded {
            try record.encode(encoded.size.width, forKey: "width")
            try record.encode(encoded.size.height, forKey: "height")
            try record.encode(encoded.framerate, forKey: "framerate")
            try record.encode(encoded.numFrames, forKey: "num_frames")
            try record.encode(encoded.videoCodec, forKey: "video_codec")
            try record.encode(encoded.numBytes, forKey: "num_bytes")
            if !encoded.warnings.isEmpty { try record.encode(encoded.warnings, forKey: "warnings") }
        }
        if !clip.errors.isEmpty {
            let texts = clip.errors.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            try record.encode(texts, forKey: "errors")
        }
        try record.encode(finished.windows.map(WindowMeta.init), forKey: "windows")
        try record.encode(clip.encoded != nil && !finished.windows.isEmpty, forKey: "valid")
        try record.encode(finished.status.rawValue, forKey: "status")
        try record.encodeIfPresent(finished.reason?.code, forKey: "reason")
        try record.encodeIfPresent(finished.reason?.message, forKey: "reason_text")
        try record.encode(clip.frames.lowerBound, forKey: "source_start_frame")
        try record.encode(clip.frames.count, forKey: "source_num_frames")
    }
}

/// The record of a window inside its clip's.
private struct WindowMeta: Encodable {
    let window: Window

    func encode(to encoder: any Encoder) throws {
        var record = encoder.container(keyedBy: AnyKey.self)
        try record.encode(window.range.start, forKey: "start_frame")
        try record.encode(window.range.end, forKey: "end_frame")
        for (variant, text) in window.caption {
            try record.encode(text, forKey: AnyKey("\(variant)_caption"))
        }
        for (variant, text) in window.enhancedCaption {
            try record.encode(text, forKey: AnyKey("\(variant)_enhanced_caption"))
        }
        try record.encode(window.status.rawValue, forKey: "status")
        try record.encodeIfPresent(window.reason?.code, forKey: "reason")
        try record.encodeIfPresent(window.reason?.message, forKey: "reason_text")
        try record.encode(window.flags.map(\.rawValue), forKey: "flags")
        try record.encodeIfPresent(window.previewReason?.code, forKey: "preview_reason")
        try record.encodeIfPresent(window.previewReason?.message, forKey: "preview_reason_text")
        if let shown = window.shown {
            try record.encode(shown.frameIndices, forKey: "frame_indices")
            try record.encode(shown.effectiveFPS, forKey: "effective_fps")
            try record.encode(shown.resizedSize.width, forKey: "resized_width")
            try record.encode(shown.resizedSize.height, forKey: "resized_height")
        }
        if let caption = window.captionRecord {
            try record.encode(caption.finishReason.rawValue, forKey: "finish_reason")
            try record.encode(caption.promptTokens, forKey: "prompt_tokens")
            try record.encode(caption.visionTokens, forKey: "vision_tokens")
            try record.encode(caption.outputTokens, forKey: "output_tokens")
            try record.encode(caption.modelID, forKey: "model_id")
            try record.encode(caption.modelRevision, forKey: "model_revision")
            try record.encode(caption.promptHash, forKey: "prompt_hash")
            try record.encode(caption.seconds, forKey: "seconds")
        }
    }
}

/// A key made of any text, since a caption's key holds its variant's name.
struct AnyKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init(stringLiteral value: String) { stringValue = value }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
