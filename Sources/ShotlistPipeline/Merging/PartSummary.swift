import Foundation
import ShotlistCore

/// The summaries of an output's parts, as far as they tell what nobody else knows: what the runs cost.
enum PartSummary {
    /// The summary in a folder; nil where there is none that can be read.
    static func read(_ folder: String) -> RunSummary? {
        guard let fields = try? RecordFields(path: folder + "/summary.json") else { return nil }
        func number(_ key: String) -> Int { fields.integer(key) ?? 0 }
        var summary = RunSummary()
        (summary.keptClips, summary.keptWindows) = (number("kept_clips"), number("kept_windows"))
        summary.outdatedWindows = number("outdated_windows")
        summary.failedRecords = fields.all["failed_records"] as? [String: String] ?? [:]
        summary.promptTokens = number("prompt_tokens")
        summary.computedPromptTokens = number("computed_prompt_tokens")
        summary.outputTokens = number("output_tokens")
        summary.discardedOutputTokens = number("discarded_output_tokens")
        summary.enhancementPromptTokens = number("enhancement_prompt_tokens")
        summary.computedEnhancementPromptTokens = number("computed_enhancement_prompt_tokens")
        summary.enhancementOutputTokens = number("enhancement_output_tokens")
        for question in RunSummary.Question.allCases {
            guard let tokens = fields.object("tokens_by_question")?.object(question.rawValue) else { continue }
            summary.tokensByQuestion[question.rawValue] = TokenCounts(
                prompt: tokens.integer("prompt_tokens") ?? 0,
                reused: (tokens.integer("prompt_tokens") ?? 0) - (tokens.integer("computed_prompt_tokens") ?? 0),
                output: tokens.integer("output_tokens") ?? 0)
        }
        summary.wallSeconds = fields.number("wall_seconds") ?? 0
        return summary
    }
}

extension RunSummary {
    /// Adds what runs cost that made parts of this output at the same time: the sums of their tokens, and the seconds of the
    /// longest. What was kept of earlier runs is what they kept.
    mutating func addCosts(of parts: [RunSummary]) {
        (keptVideos, keptClips, keptWindows, outdatedWindows) = (0, 0, 0, 0)
        for part in parts {
            keptClips += part.keptClips
            keptWindows += part.keptWindows
            outdatedWindows += part.outdatedWindows
            failedRecords.merge(part.failedRecords) { first, _ in first }
            promptTokens += part.promptTokens
            computedPromptTokens += part.computedPromptTokens
            outputTokens += part.outputTokens
            discardedOutputTokens += part.discardedOutputTokens
            for (question, tokens) in part.tokensByQuestion {
                tokensByQuestion[question, default: TokenCounts()] += tokens
            }
            enhancementPromptTokens += part.enhancementPromptTokens
            computedEnhancementPromptTokens += part.computedEnhancementPromptTokens
            enhancementOutputTokens += part.enhancementOutputTokens
        }
        finish(seconds: parts.map(\.wallSeconds).max() ?? 0, cancelled: false)
    }
}
