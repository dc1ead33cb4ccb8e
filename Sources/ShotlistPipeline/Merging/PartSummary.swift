import Foundation
import ShotlistCore

/// The summaries of an output's parts, as far as they tell what nobody else knows: what the runs cost.
enum PartSummary {
    /// The summary in a folder; nil where there is none that can be read.
    static func read(_ folder: String) -> RunSummary? {
        guard let data = try? Data(contentsOf: URL(filePath: folder + "/summary.json")) else { return nil }
        return try? JSONDecoder().decode(RunSummary.self, from: data)
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
