import Foundation
import ShotlistCore

/// What a window's record tells, read back: the other way round of ``WindowMeta``.
struct RecordedWindow: Sendable {
    let range: FrameRange
    let outcome: WindowOutcome
    /// The hash of the settings that shaped its captions; nil of a record without one.
    let settings: String?
    /// Whether someone asked for its captions on purpose.
    var isPicked = false
    /// Earlier captions, the earliest first, where the record tells of them.
    let earlier: [EarlierCaption]

    /// - Throws: `RecordUnreadable`.
    init(_ fields: RecordFields) throws {
        guard let start = fields.integer("start_frame"), let end = fields.integer("end_frame"), start >= 0,
            end >= start, let status = fields.status()
        else { throw RecordUnreadable() }
        range = FrameRange(start: start, end: end)
        settings = fields.text("settings")
        isPicked = fields.all["picked"] as? Bool == true
        earlier = fields.objects("caption_history").compactMap { EarlierCaption($0) }
        let enhanced = fields.texts(endingIn: "_enhanced_caption")
        let stage1 = fields.texts(endingIn: "_stage1_caption")
        var captions = fields.texts(endingIn: "_caption")
        for name in enhanced.keys { captions["\(name)_enhanced"] = nil }
        for name in stage1.keys { captions["\(name)_stage1"] = nil }
        let variant = captions.keys.first ?? stage1.keys.first ?? ""
        outcome = WindowOutcome(
            caption: captions,
            stage1: Self.outcome(fields, "stage1_", stage1.keys.first ?? variant, stage1.values.first),
            namedCaptions: Self.named(fields, variant), enhancedCaption: enhanced,
            captionRecord: Self.record(fields, ""), enhancementRecord: Self.enhancement(fields), status: status,
            reason: fields.reason(), flags: fields.flags(), previewReason: fields.reason("preview_"),
            shown: Self.shown(fields))
    }

    private static func outcome(
        _ fields: RecordFields, _ prefix: String, _ variant: String, _ text: String?
    ) -> CaptionOutcome? {
        guard let status = fields.status(prefix) else { return nil }
        return CaptionOutcome(
            variant: variant, text: text, status: status, reason: fields.reason(prefix), flags: fields.flags(prefix),
            record: record(fields, prefix))
    }

    private static func named(_ fields: RecordFields, _ variant: String) -> [String: CaptionOutcome] {
        var named: [String: CaptionOutcome] = [:]
        for name in fields.object("named_captions")?.all.keys.sorted() ?? [] {
            guard let own = fields.object("named_captions")?.object(name) else { continue }
            let words = fields.texts(endingIn: "_caption_\(name)")
            named[name] = outcome(own, "", words.keys.first ?? variant, words.values.first)
        }
        return named
    }

    private static func record(_ fields: RecordFields, _ prefix: String) -> CaptionRecord? {
        guard let finish = fields.text(prefix + "finish_reason").flatMap({ CaptionRecord.FinishReason(rawValue: $0) }),
            let id = fields.text(prefix + "model_id"), let revision = fields.text(prefix + "model_revision"),
            let prompt = fields.text(prefix + "prompt_hash")
        else { return nil }
        let discarded = fields.object(prefix + "discarded_tokens")
        let discardedPrompt = discarded?.integer("prompt_tokens") ?? 0
        return CaptionRecord(
            finishReason: finish, promptTokens: fields.integer(prefix + "prompt_tokens") ?? 0,
            visionTokens: fields.integer(prefix + "vision_tokens") ?? 0,
            reusedTokens: fields.integer(prefix + "reused_prompt_tokens") ?? 0,
            outputTokens: fields.integer(prefix + "output_tokens") ?? 0, modelID: id, modelRevision: revision,
            modelPrecision: fields.text(prefix + "model_precision"), promptHash: prompt,
            seconds: fields.number(prefix + "seconds") ?? 0, promptSeconds: fields.number(prefix + "prompt_seconds"),
            outputSeconds: fields.number(prefix + "output_seconds"), server: fields.text(prefix + "server"),
            attempts: fields.integer(prefix + "attempts") ?? 1,
            discarded: TokenCounts(
                prompt: discardedPrompt,
                reused: discardedPrompt - (discarded?.integer("computed_prompt_tokens") ?? discardedPrompt),
                output: discarded?.integer("output_tokens") ?? 0))
    }

    private static func enhancement(_ fields: RecordFields) -> EnhancementRecord? {
        let prefix = "enhancement_"
        guard let status = fields.status(prefix), let prompt = fields.text(prefix + "prompt_hash") else { return nil }
        var answer: EnhancementRecord.Answer?
        if let finish = fields.text(prefix + "finish_reason").flatMap({ CaptionRecord.FinishReason(rawValue: $0) }),
            let id = fields.text(prefix + "model_id"), let revision = fields.text(prefix + "model_revision")
        {
            answer = EnhancementRecord.Answer(
                finishReason: finish, promptTokens: fields.integer(prefix + "prompt_tokens") ?? 0,
                reusedTokens: fields.integer(prefix + "reused_prompt_tokens") ?? 0,
                outputTokens: fields.integer(prefix + "output_tokens") ?? 0, modelID: id, modelRevision: revision,
                modelPrecision: fields.text(prefix + "model_precision"),
                seconds: fields.number(prefix + "seconds") ?? 0,
                promptSeconds: fields.number(prefix + "prompt_seconds"),
                outputSeconds: fields.number(prefix + "output_seconds"))
        }
        return EnhancementRecord(
            status: status, reason: fields.reason(prefix), flags: fields.flags(prefix), promptHash: prompt,
            answer: answer)
    }

    private static func shown(_ fields: RecordFields) -> ShownFrames? {
        guard let indices = fields.all["frame_indices"] as? [Int], let fps = fields.number("effective_fps"),
            let width = fields.integer("resized_width"), let height = fields.integer("resized_height")
        else { return nil }
        return ShownFrames(
            frameIndices: indices, effectiveFPS: fps, resizedSize: PixelSize(width: width, height: height))
    }
}

/// An earlier caption that a window's record tells of, read back: the other way round of ``CaptionHistoryMeta``.
struct EarlierCaption: Sendable {
    let settings: String
    let made: Date
    let outcome: WindowOutcome

    /// Nil of the current caption, of which the window tells more, and of what is no caption.
    init?(_ fields: RecordFields) {
        guard fields.all["current"] as? Bool == false, let settings = fields.text("settings"),
            let made = fields.text("made").flatMap({ try? Date($0, strategy: .iso8601) }), let status = fields.status()
        else { return nil }
        let enhanced = fields.texts(endingIn: "_enhanced_caption")
        var captions = fields.texts(endingIn: "_caption")
        for name in enhanced.keys { captions["\(name)_enhanced"] = nil }
        var record: CaptionRecord?
        if let id = fields.text("model_id"), let revision = fields.text("model_revision"),
            let prompt = fields.text("prompt_hash")
        {
            record = CaptionRecord(
                finishReason: status == .truncated ? .length : .stop, promptTokens: 0, visionTokens: 0, outputTokens: 0,
                modelID: id, modelRevision: revision, modelPrecision: fields.text("model_precision"),
                promptHash: prompt, seconds: 0, attempts: CaptionRecord.notTold)
        }
        self.settings = settings
        self.made = made
        outcome = WindowOutcome(
            caption: captions, enhancedCaption: enhanced, captionRecord: record, status: status)
    }
}

extension CaptionRecord {
    /// Attempts of a caption of which only the words are known: it is part of the history, and no answer to go on with.
    static let notTold = 0
}
