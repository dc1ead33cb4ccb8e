import Foundation
import ShotlistEngines
import ShotlistPipeline

/// A run's summary for people.
enum SummaryText {
    /// The summary in lines; `outputPath` is nil when nothing was written.
    static func of(_ summary: RunSummary, outputPath: String?) -> String {
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        }
        func also(_ count: Int, _ what: String) -> String { count == 0 ? "" : ", \(count) \(what)" }
        var lines: [String] = []
        if summary.cancelled { lines.append("Stopped before the end.") }
        lines.append("videos    \(summary.videos)" + also(summary.failedVideos.count, "failed"))
        lines.append(
            "clips     \(summary.clips)" + also(summary.clipsWithErrors, "with errors")
                + also(summary.clipsSkipped, "skipped"))
        lines.append("windows   \(summary.windows)" + (summary.windows == 0 ? "" : ": \(list(summary.statuses))"))
        if !summary.reasons.isEmpty { lines.append("reasons   \(list(summary.reasons))") }
        if !summary.namedCaptions.isEmpty {
            let prompts = summary.namedCaptions.sorted { $0.key < $1.key }.map { "\($0.key): \(list($0.value))" }
            lines.append("prompts   " + prompts.joined(separator: "; "))
        }
        lines.append("previews  \(summary.previews)" + also(summary.previewsFailed, "failed"))
        if let earlier = kept(in: summary) { lines.append(earlier) }
        if let enhanced = enhancement(in: summary) { lines.append(enhanced) }
        if summary.promptTokens > 0 {
            lines.append("tokens    " + tokens(of: summary))
        }
        if let encoded = summary.encodedBlocks {
            lines.append("frames    \(encoded) blocks encoded, \(summary.reusedBlocks ?? 0) taken from the cache")
        }
        lines += servers(summary.servers, title: "servers   ")
        lines += servers(summary.enhancementServers, title: "enhancing ")
        lines.append("time      \(String(format: "%.1f", summary.wallSeconds)) s")
        lines.append(outputPath.map { "output    \($0)" } ?? "output    nothing was written (--dry-run)")
        return lines.joined(separator: "\n")
    }

    /// What earlier runs had done; nil when they had done nothing.
    private static func kept(in summary: RunSummary) -> String? {
        guard summary.keptVideos + summary.keptClips + summary.keptWindows > 0 else { return nil }
        let videos = summary.keptVideos == 0 ? "" : "\(summary.keptVideos) videos, "
        let clips = summary.keptClips == 0 ? "" : "\(summary.keptClips) clips, "
        return "kept      \(videos)\(clips)\(summary.keptWindows) windows of earlier runs"
    }

    /// What to say of captions that were left as they are although the settings are others; nil when there are none.
    static func outdated(_ summary: RunSummary) -> String? {
        guard summary.outdatedWindows > 0 else { return nil }
        return "\(summary.outdatedWindows) window(s) keep captions that were made with other settings, and their "
            + "records say so (--on-existing skip)."
    }

    /// A line for each server.
    private static func servers(_ servers: [ServerStatistics]?, title: String) -> [String] {
        (servers ?? []).enumerated().map { number, server in
            func seconds(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "-" }
            let latencies = [server.medianSeconds, server.p95Seconds, server.p99Seconds].map(seconds)
            return (number == 0 ? title : String(repeating: " ", count: title.count))
                + "\(server.server): \(server.requests) requests, \(server.errors) errors, "
                + "\(server.promptTokens) prompt and \(server.outputTokens) output tokens, "
                + "\(latencies.joined(separator: "/")) s (median/95 %/99 %)"
        }
    }

    private static func tokens(of summary: RunSummary) -> String {
        let rate = String(format: "%.1f", summary.outputTokensPerSecond)
        let computed =
            summary.computedPromptTokens == summary.promptTokens ? "" : " (\(summary.computedPromptTokens) computed)"
        let discarded =
            summary.discardedOutputTokens == 0 ? "" : ", \(summary.discardedOutputTokens) of answers not kept"
        return "\(summary.promptTokens) prompt\(computed), \(summary.outputTokens) output\(discarded), "
            + "\(rate) output a second"
    }

    /// What became of captions that were to be enhanced; nil when there were none.
    private static func enhancement(in summary: RunSummary) -> String? {
        guard summary.enhanced > 0 || !summary.enhancementReasons.isEmpty else { return nil }
        var text = "enhanced  \(summary.enhanced)"
        if summary.enhancementsTruncated > 0 { text += ", \(summary.enhancementsTruncated) truncated" }
        if summary.enhancementsFailed > 0 { text += ", \(summary.enhancementsFailed) failed" }
        let (prompt, computed) = (summary.enhancementPromptTokens, summary.computedEnhancementPromptTokens)
        return text
            + ": \(prompt) prompt\(computed == prompt ? "" : " (\(computed) computed)"), "
            + "\(summary.enhancementOutputTokens) output tokens"
    }
}
