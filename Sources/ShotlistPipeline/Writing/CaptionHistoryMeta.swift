import Foundation
import ShotlistCore
import ShotlistLedger

/// One caption of all that a window ever got, as its record tells of it (`--on-existing append`).
struct CaptionHistoryMeta {
    let answer: WindowAnswer

    var record: JSONRecord {
        var record = JSONRecord()
        for (variant, text) in answer.outcome.caption { record.set("\(variant)_caption", text) }
        for (variant, text) in answer.outcome.enhancedCaption { record.set("\(variant)_enhanced_caption", text) }
        record.set("current", answer.isCurrent)
        record.set("settings", answer.settings)
        record.set("made", answer.made.ISO8601Format())
        record.set("status", answer.outcome.status.rawValue)
        if let caption = answer.outcome.captionRecord {
            record.set("model_id", caption.modelID)
            record.set("model_revision", caption.modelRevision)
            record.setIfPresent("model_precision", caption.modelPrecision)
            record.set("prompt_hash", caption.promptHash)
        }
        return record
    }
}
