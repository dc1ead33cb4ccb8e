/// What a run counts and measures, by the names that a backend of swift-metrics gets. `docs/metrics.md` has the table.
///
/// Names and labels are stable across releases.
public enum RunMetric: String, Sendable, Hashable, CaseIterable {
    case windows = "shotlist_windows_total"
    case windowsKept = "shotlist_windows_kept_total"
    case windowReasons = "shotlist_window_reasons_total"
    case previews = "shotlist_previews_total"
    case clips = "shotlist_clips_total"
    case clipsWithErrors = "shotlist_clips_with_errors_total"
    case videos = "shotlist_videos_total"
    case promptTokens = "shotlist_prompt_tokens_total"
    case computedPromptTokens = "shotlist_computed_prompt_tokens_total"
    case outputTokens = "shotlist_output_tokens_total"
    case discardedOutputTokens = "shotlist_discarded_output_tokens_total"
    case enhancements = "shotlist_enhancements_total"
    case enhancementPromptTokens = "shotlist_enhancement_prompt_tokens_total"
    case computedEnhancementPromptTokens = "shotlist_computed_enhancement_prompt_tokens_total"
    case enhancementOutputTokens = "shotlist_enhancement_output_tokens_total"
    case videosFound = "shotlist_videos_found"
    case windowsUnderWay = "shotlist_windows_under_way"
    case decodeSeconds = "shotlist_window_decode_seconds"
    case previewSeconds = "shotlist_preview_seconds"
    case captionSeconds = "shotlist_caption_seconds"
    case enhancementSeconds = "shotlist_enhancement_seconds"

    /// What it tells, in a sentence.
    public var help: String {
        switch self {
        case .windows: "Windows that are done, by status."
        case .windowsKept: "Windows that earlier runs had done, and that count as done in no other metric."
        case .windowReasons: "Windows that are done and not a success, by reason."
        case .previews: "Previews that were drawn and written, or could not be, by status."
        case .clips: "Clips that are written, by status."
        case .clipsWithErrors: "Clips that have an error in their record."
        case .videos: "Videos that are done with, by status."
        case .promptTokens: "Tokens of all prompts of captions, those of answers that were not kept included."
        case .computedPromptTokens: "Prompt tokens that were not there from an earlier question or window."
        case .outputTokens: "Tokens of all captions that were kept."
        case .discardedOutputTokens: "Tokens of answers that were not kept."
        case .enhancements: "Captions whose enhancement is done, by status."
        case .enhancementPromptTokens: "Tokens of all prompts of enhancement."
        case .computedEnhancementPromptTokens:
            "Prompt tokens of enhancement that were not there from an earlier request."
        case .enhancementOutputTokens: "Tokens of all enhanced captions."
        case .videosFound: "Videos that the run has found."
        case .windowsUnderWay: "Windows that are being worked on or wait in memory, by where they are."
        case .decodeSeconds: "Seconds in which a window was decoded."
        case .previewSeconds: "Seconds in which a preview was drawn."
        case .captionSeconds: "Seconds from a question about a window to its answer, all attempts included."
        case .enhancementSeconds: "Seconds from asking to an enhanced caption."
        }
    }
}
