import ShotlistCore

/// What a window's record says of its caption's enhancement: the keys of a caption with `enhancement_` before them.
struct EnhancementMeta {
    private let enhancement: EnhancementRecord

    init(_ enhancement: EnhancementRecord) {
        self.enhancement = enhancement
    }

    /// Adds the keys to a window's record.
    func add(to record: inout JSONRecord) {
        record.set("enhancement_status", enhancement.status.rawValue)
        record.setIfPresent("enhancement_reason", enhancement.reason?.code)
        record.setIfPresent("enhancement_reason_text", enhancement.reason?.message)
        record.set("enhancement_flags", enhancement.flags.map(\.rawValue))
        record.set("enhancement_prompt_hash", enhancement.promptHash)
        guard let answer = enhancement.answer else { return }
        record.set("enhancement_finish_reason", answer.finishReason.rawValue)
        record.set("enhancement_prompt_tokens", answer.promptTokens)
        record.set("enhancement_reused_prompt_tokens", answer.reusedTokens)
        record.set("enhancement_output_tokens", answer.outputTokens)
        record.set("enhancement_model_id", answer.modelID)
        record.set("enhancement_model_revision", answer.modelRevision)
        record.setIfPresent("enhancement_model_precision", answer.modelPrecision)
        record.set("enhancement_seconds", answer.seconds)
        record.setIfPresent("enhancement_prompt_seconds", answer.promptSeconds)
        record.setIfPresent("enhancement_output_seconds", answer.outputSeconds)
    }
}
