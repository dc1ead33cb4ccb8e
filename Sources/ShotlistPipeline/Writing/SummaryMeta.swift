import ShotlistCore
import ShotlistEngines

extension RunSummary {
    /// The summary as `summary.json` holds it.
    var record: JSONRecord {
        var record = JSONRecord()
        record.set("videos", videos)
        record.set("kept_videos", keptVideos)
        record.set("failed_videos", failedVideos)
        record.set("failed_records", failedRecords)
        record.set("clips", clips)
        record.set("kept_clips", keptClips)
        record.set("clips_with_errors", clipsWithErrors)
        record.set("clips_skipped", clipsSkipped)
        record.set("windows", windows)
        record.set("kept_windows", keptWindows)
        record.set("outdated_windows", outdatedWindows)
        record.set("statuses", statuses)
        record.set("reasons", reasons)
        record.set("previews", previews)
        record.set("previews_failed", previewsFailed)
        if !namedCaptions.isEmpty { record.set("named_captions", namedCaptions) }
        record.set("prompt_tokens", promptTokens)
        record.set("computed_prompt_tokens", computedPromptTokens)
        record.set("output_tokens", outputTokens)
        record.set("discarded_output_tokens", discardedOutputTokens)
        record.set("tokens_by_question", tokensByQuestion)
        record.set("enhanced", enhanced)
        record.set("enhancements_truncated", enhancementsTruncated)
        record.set("enhancements_failed", enhancementsFailed)
        record.set("enhancement_reasons", enhancementReasons)
        record.set("enhancement_prompt_tokens", enhancementPromptTokens)
        record.set("computed_enhancement_prompt_tokens", computedEnhancementPromptTokens)
        record.set("enhancement_output_tokens", enhancementOutputTokens)
        record.set("output_tokens_per_second", outputTokensPerSecond)
        record.set("wall_seconds", wallSeconds)
        record.setIfPresent("encoded_blocks", encodedBlocks)
        record.setIfPresent("reused_blocks", reusedBlocks)
        record.setIfPresent("servers", servers)
        record.setIfPresent("enhancement_servers", enhancementServers)
        record.set("cancelled", cancelled)
        return record
    }
}

extension ServerStatistics: JSONValueConvertible {
    var jsonValue: JSONRecord.Value {
        var record = JSONRecord()
        record.set("server", server)
        record.set("requests", requests)
        record.set("errors", errors)
        record.set("prompt_tokens", promptTokens)
        record.set("output_tokens", outputTokens)
        record.setIfPresent("median_seconds", medianSeconds)
        record.setIfPresent("p95_seconds", p95Seconds)
        record.setIfPresent("p99_seconds", p99Seconds)
        return record.jsonValue
    }
}

extension TokenCounts: JSONValueConvertible {
    var jsonValue: JSONRecord.Value {
        .object([
            "prompt_tokens": .integer(prompt), "computed_prompt_tokens": .integer(computed),
            "output_tokens": .integer(output),
        ])
    }
}
