import ShotlistCore
import ShotlistLedger

/// The record of a window inside its clip's.
struct WindowMeta {
    let window: Window
    /// All captions that it ever got, where the record is to tell of them.
    var history: [WindowAnswer] = []

    var record: JSONRecord {
        var record = JSONRecord()
        record.set("start_frame", window.range.start)
        record.set("end_frame", window.range.end)
        record.set("trace_id", window.traceID)
        setCaptions(in: &record)
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
        if let caption = window.captionRecord { record.set(caption) }
        if let stage1 = window.stage1 { record.set(stage1, prefix: "stage1_") }
        if !window.namedCaptions.isEmpty {
            record.set("named_captions", window.namedCaptions.mapValues(NamedCaptionMeta.init).mapValues(\.record))
        }
        if let enhancement = window.enhancementRecord { EnhancementMeta(enhancement).add(to: &record) }
        record.setIfPresent("settings", window.settings)
        if window.isOutdated { record.set("outdated", true) }
        if window.isPicked { record.set("picked", true) }
        if !history.isEmpty { record.set("caption_history", history.map { CaptionHistoryMeta(answer: $0).record }) }
        return record
    }

    /// The captions' words, each under a key of its own beside the others.
    private func setCaptions(in record: inout JSONRecord) {
        for (variant, text) in window.caption {
            record.set("\(variant)_caption", text)
        }
        if let stage1 = window.stage1 { record.setIfPresent("\(stage1.variant)_stage1_caption", stage1.text) }
        for (name, outcome) in window.namedCaptions {
            record.setIfPresent("\(outcome.variant)_caption_\(name)", outcome.text)
        }
        for (variant, text) in window.enhancedCaption {
            record.set("\(variant)_enhanced_caption", text)
        }
    }
}

/// What is known of a named caption beside its words.
private struct NamedCaptionMeta {
    let outcome: CaptionOutcome

    var record: JSONRecord {
        var record = JSONRecord()
        record.set(outcome, prefix: "")
        return record
    }
}

extension JSONRecord {
    /// Sets what is known of an outcome beside its words, with `prefix` before each key.
    fileprivate mutating func set(_ outcome: CaptionOutcome, prefix: String) {
        set("\(prefix)status", outcome.status.rawValue)
        setIfPresent("\(prefix)reason", outcome.reason?.code)
        setIfPresent("\(prefix)reason_text", outcome.reason?.message)
        set("\(prefix)flags", outcome.flags.map(\.rawValue))
        if let caption = outcome.record { set(caption, prefix: prefix) }
    }

    /// Sets what is known of a caption beside its words, with `prefix` before each key.
    fileprivate mutating func set(_ caption: CaptionRecord, prefix: String = "") {
        set("\(prefix)finish_reason", caption.finishReason.rawValue)
        set("\(prefix)prompt_tokens", caption.promptTokens)
        set("\(prefix)vision_tokens", caption.visionTokens)
        set("\(prefix)reused_prompt_tokens", caption.reusedTokens)
        set("\(prefix)output_tokens", caption.outputTokens)
        set("\(prefix)model_id", caption.modelID)
        set("\(prefix)model_revision", caption.modelRevision)
        setIfPresent("\(prefix)model_precision", caption.modelPrecision)
        set("\(prefix)prompt_hash", caption.promptHash)
        set("\(prefix)seconds", caption.seconds)
        setIfPresent("\(prefix)prompt_seconds", caption.promptSeconds)
        setIfPresent("\(prefix)output_seconds", caption.outputSeconds)
        setIfPresent("\(prefix)server", caption.server)
        set("\(prefix)attempts", caption.attempts)
        if caption.attempts > 1 { set("\(prefix)discarded_tokens", caption.discarded) }
    }
}
