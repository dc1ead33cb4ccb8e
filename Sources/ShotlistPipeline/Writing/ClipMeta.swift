import ShotlistCore

/// The record of a clip, `metas/v0/<uuid>.json`: NeMo Curator's keys, and ours beside them.
struct ClipMeta: Sendable {
    private let finished: FinishedClip
    private let location: String

    init(_ finished: FinishedClip, location: String) {
        self.finished = finished
        self.location = location
    }

    var record: JSONRecord {
        let (clip, video) = (finished.clip, finished.clip.video)
        var record = JSONRecord()
        record.set("span_uuid", clip.name)
        record.set("source_video", video.inputPath)
        record.set("duration_span", [clip.span.start, clip.span.end])
        record.set("width_source", video.metadata.width)
        record.set("height_source", video.metadata.height)
        record.set("framerate_source", video.metadata.framerate)
        record.set("clip_location", location)
        if let encoded = clip.encoded {
            record.set("width", encoded.size.width)
            record.set("height", encoded.size.height)
            record.set("framerate", encoded.framerate)
            record.set("num_frames", encoded.numFrames)
            record.set("video_codec", encoded.videoCodec)
            record.set("num_bytes", encoded.numBytes)
            if !encoded.warnings.isEmpty { record.set("warnings", encoded.warnings) }
        }
        if !clip.errors.isEmpty {
            let texts = clip.errors.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            record.set("errors", texts)
        }
        record.set("windows", finished.windows.map { WindowMeta(window: $0).record })
        record.set("valid", clip.encoded != nil && !finished.windows.isEmpty)
        record.set("status", finished.status.rawValue)
        record.setIfPresent("reason", finished.reason?.code)
        record.setIfPresent("reason_text", finished.reason?.message)
        record.set("source_start_frame", clip.frames.lowerBound)
        record.set("source_num_frames", clip.frames.count)
        return record
    }
}

/// The record of a window inside its clip's.
private struct WindowMeta {
    let window: Window

    var record: JSONRecord {
        var record = JSONRecord()
        record.set("start_frame", window.range.start)
        record.set("end_frame", window.range.end)
        for (variant, text) in window.caption {
            record.set("\(variant)_caption", text)
        }
        for (variant, text) in window.enhancedCaption {
            record.set("\(variant)_enhanced_caption", text)
        }
        record.set("status", window.status.rawValue)
        record.setIfPresent("reason", window.reason?.code)
        record.setIfPresent("reason_text", window.reason?.message)
        record.set("flags", window.flags.map(\.rawValue))
        record.setIfPresent("preview_reason", window.previewReason?.code)
        record.setIfPresent("preview_reason_text", window.previewReason?.message)
        if let shown = window.shown {
            record.set("frame_indices", shown.frameIndices)
            record.set("effective_fps", shown.effectiveFPS)
            record.set("resized_width", shown.resizedSize.width)
            record.set("resized_height", shown.resizedSize.height)
        }
        if let caption = window.captionRecord {
            record.set("finish_reason", caption.finishReason.rawValue)
            record.set("prompt_tokens", caption.promptTokens)
            record.set("vision_tokens", caption.visionTokens)
            record.set("output_tokens", caption.outputTokens)
            record.set("model_id", caption.modelID)
            record.set("model_revision", caption.modelRevision)
            record.setIfPresent("model_precision", caption.modelPrecision)
            record.set("prompt_hash", caption.promptHash)
            record.set("seconds", caption.seconds)
            record.setIfPresent("prompt_seconds", caption.promptSeconds)
            record.setIfPresent("output_seconds", caption.outputSeconds)
        }
        return record
    }
}
