import ShotlistCore
import ShotlistLogging
import ShotlistPipeline

/// What happens in a run, as lines of the JSON log. `docs/metrics.md` lists the events and their fields.
enum RunLog {
    /// The line for an event; nil where the log has none.
    static func entry(for event: RunEvent) -> LogLine? {
        switch event {
        case .started(let videos, let bytes):
            LogLine(
                level: "info", event: "started", message: "The run has found \(videos) video(s).",
                metadata: [
                    "videos": .integer(videos), "bytes": .integer(bytes), "version": .text(shotlistVersion),
                ])
        case .videoFailed(let file, let error):
            LogLine(
                level: "error", event: "video_failed", message: "\(error)",
                metadata: ["video": .text(file.inputPath), "reason": .text(error.code.rawValue)])
        case .warning(let text): LogLine(level: "warning", message: text)
        case .note(let text): LogLine(level: "notice", message: text)
        case .windowFinished(let window, let clip): entry(for: window, of: clip)
        default: nil
        }
    }

    /// The line for the end of a run.
    static func entry(for summary: RunSummary) -> LogLine {
        LogLine(
            level: "info", event: "finished",
            message: summary.cancelled ? "The run was stopped before its end." : "The run is done.",
            metadata: [
                "videos": .integer(summary.videos), "videos_failed": .integer(summary.failedVideos.count),
                "clips": .integer(summary.clips), "windows": .integer(summary.windows),
                "kept_windows": .integer(summary.keptWindows),
                "statuses": .object(summary.statuses.mapValues { LogValue.integer($0) }),
                "previews": .integer(summary.previews), "prompt_tokens": .integer(summary.promptTokens),
                "computed_prompt_tokens": .integer(summary.computedPromptTokens),
                "output_tokens": .integer(summary.outputTokens), "seconds": .number(summary.wallSeconds),
                "cancelled": .flag(summary.cancelled),
            ])
    }

    private static func entry(for window: Window, of clip: Clip) -> LogLine {
        var metadata: [String: LogValue] = [
            "clip": .text(clip.name), "window": .text(window.range.description), "trace_id": .text(window.traceID),
            "video": .text(clip.video.inputPath), "status": .text(window.status.rawValue),
        ]
        if !window.flags.isEmpty { metadata["flags"] = .list(window.flags.map { LogValue.text($0.rawValue) }) }
        metadata["reason"] = window.reason.map { LogValue.text($0.code) }
        metadata["preview_reason"] = window.previewReason.map { LogValue.text($0.code) }
        if !window.namedCaptions.isEmpty {
            metadata["named_captions"] = .object(window.namedCaptions.mapValues { LogValue.text($0.status.rawValue) })
        }
        if let enhancement = window.enhancementRecord {
            metadata["enhancement_status"] = .text(enhancement.status.rawValue)
            metadata["enhancement_reason"] = enhancement.reason.map { LogValue.text($0.code) }
        }
        for (key, value) in cost(of: window) { metadata[key] = value }
        let sentence = window.reason.map { ": \($0.message)" } ?? "."
        return LogLine(
            level: level(of: window), event: "window",
            message: "\(window.status.rawValue): window \(window.range) of clip \(clip.name)\(sentence)",
            metadata: metadata)
    }

    private static func level(of window: Window) -> String {
        let named = window.namedCaptions.values.map(\.status)
        if window.status == .error || named.contains(.error) { return "error" }
        let isPoorer = window.previewReason != nil || window.enhancementRecord?.status == .error
        return window.status == .skipped || isPoorer ? "warning" : "info"
    }

    /// Tokens as the summary counts them, and seconds, over all questions about the window.
    private static func cost(of window: Window) -> [String: LogValue] {
        let outcomes = [window.stage1].compactMap(\.self) + window.namedCaptions.values
        let records = ([window.captionRecord] + outcomes.map(\.record)).compactMap(\.self)
        guard !records.isEmpty else { return [:] }
        let all = records.reduce(TokenCounts()) { $0 + $1.tokens + $1.discarded }
        let discarded = records.reduce(0) { $0 + $1.discarded.output }
        var cost: [String: LogValue] = [
            "prompt_tokens": .integer(all.prompt), "computed_prompt_tokens": .integer(all.computed),
            "output_tokens": .integer(all.output - discarded),
            "seconds": .number(records.reduce(0) { $0 + $1.seconds }),
        ]
        if discarded > 0 { cost["discarded_output_tokens"] = .integer(discarded) }
        cost["server"] = window.captionRecord?.server.map { LogValue.text($0) }
        return cost
    }
}
