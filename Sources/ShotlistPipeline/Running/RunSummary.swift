import ShotlistCore
import ShotlistEngines
import ShotlistLedger

/// What a run did, as `summary.json` keeps it.
public struct RunSummary: Sendable, Codable, Hashable {
    /// Videos found.
    public var videos = 0
    /// Those of ``videos`` of which earlier runs had left nothing to do.
    public var keptVideos = 0
    /// Videos that could not be read, with the reason of each.
    public var failedVideos: [String: String] = [:]
    /// Clips made, those that earlier runs made included.
    public var clips = 0
    /// Those of ``clips`` of which earlier runs had left nothing to do.
    public var keptClips = 0
    /// Clips that have an error in their record.
    public var clipsWithErrors = 0
    /// Records and clips' files that could not be written, with the reason of each.
    public var failedRecords: [String: String] = [:]
    /// Clips of which no window could be made.
    public var clipsSkipped = 0
    /// Windows made, those that earlier runs made included.
    public var windows = 0
    /// Those of ``windows`` whose answer is an earlier run's.
    public var keptWindows = 0
    /// Those of ``keptWindows`` whose answer was made with other settings than this run's.
    public var outdatedWindows = 0
    /// Windows by status.
    public var statuses: [String: Int] = [:]
    /// Windows that are not a success, by reason.
    public var reasons: [String: Int] = [:]
    /// Previews drawn.
    public var previews = 0
    /// Windows whose preview failed.
    public var previewsFailed = 0
    /// Captions of named prompts by status, by name.
    public var namedCaptions: [String: [String: Int]] = [:]
    /// Tokens of all prompts, those of answers that were not kept included.
    public var promptTokens = 0
    /// Those of ``promptTokens`` that were computed: without what was there from an earlier question or window.
    public var computedPromptTokens = 0
    /// Tokens of all captions that were kept.
    public var outputTokens = 0
    /// Tokens of answers that were not kept.
    public var discardedOutputTokens = 0
    /// Tokens by what was asked; of answers that were kept.
    public var tokensByQuestion: [String: TokenCounts] = [:]
    /// Captions that were enhanced, those that stop at the output limit included.
    public var enhanced = 0
    /// Enhanced captions that stop at the output limit.
    public var enhancementsTruncated = 0
    /// Captions whose enhancement failed.
    public var enhancementsFailed = 0
    /// Captions whose enhancement failed, or was cut off or left out, by reason.
    public var enhancementReasons: [String: Int] = [:]
    /// Tokens of all prompts of enhancement.
    public var enhancementPromptTokens = 0
    /// Those of ``enhancementPromptTokens`` that were computed: without what was there from an earlier request.
    public var computedEnhancementPromptTokens = 0
    /// Tokens of all enhanced captions.
    public var enhancementOutputTokens = 0
    /// Caption tokens for each second of the whole run.
    public var outputTokensPerSecond = 0.0
    /// Seconds from start to end.
    public var wallSeconds = 0.0
    /// What each server did that captioned; nil where none did.
    public var servers: [ServerStatistics]?
    /// What each server did that enhanced captions; nil where none did.
    public var enhancementServers: [ServerStatistics]?
    /// Blocks of frames that the engine encoded; nil without a cache of them, and from an engine that does not count.
    public var encodedBlocks: Int?
    /// Blocks of frames that were taken from the engine's cache.
    public var reusedBlocks: Int?
    /// Whether the run was stopped before its end.
    public var cancelled = false

    /// A summary of nothing.
    public init() {}

    /// Whether every video, clip, window, caption, preview and enhancement came out as asked; a truncated caption counts as
    /// asked.
    public var isComplete: Bool {
        failedVideos.isEmpty && failedRecords.isEmpty && clipsWithErrors == 0 && previewsFailed == 0
            && enhancementsFailed == 0 && !cancelled
            && ([statuses] + namedCaptions.values).allSatisfy { $0[WindowStatus.error.rawValue, default: 0] == 0 }
    }

    /// Whether anything at all came out: false when every video failed.
    public var hasResults: Bool {
        failedVideos.count < videos || videos == 0
    }

    /// Counts a window.
    ///
    /// - Parameter known: what of it is an earlier run's: that cost this one no token.
    package mutating func add(_ window: Window, known: KnownWork = .nothing) {
        windows += 1
        if known == .answer { keptWindows += 1 }
        if window.isOutdated { outdatedWindows += 1 }
        statuses[window.status.rawValue, default: 0] += 1
        if let reason = window.reason { reasons[reason.code, default: 0] += 1 }
        if window.previewReason != nil { previewsFailed += 1 }
        let isNew = known == .nothing
        if isNew {
            add(window.captionRecord, as: .caption)
            add(window.stage1?.record, as: .stage1)
        }
        for (name, outcome) in window.namedCaptions {
            namedCaptions[name, default: [:]][outcome.status.rawValue, default: 0] += 1
            if isNew { add(outcome.record, as: .named) }
        }
        guard let enhancement = window.enhancementRecord else { return }
        add(enhancement.status, enhancement.reason?.code)
        if known != .answer { addTokens(of: enhancement) }
    }

    /// What was asked, as ``tokensByQuestion`` names it.
    enum Question: String, CaseIterable {
        case stage1, caption, named
    }

    private mutating func add(_ record: CaptionRecord?, as question: Question) {
        guard let record else { return }
        tokensByQuestion[question.rawValue, default: TokenCounts()] += record.tokens
        let all = record.tokens + record.discarded
        promptTokens += all.prompt
        computedPromptTokens += all.computed
        outputTokens += record.outputTokens
        discardedOutputTokens += record.discarded.output
    }

    private mutating func add(_ enhancement: WindowStatus, _ reason: String?, _ count: Int = 1) {
        switch enhancement {
        case .success: enhanced += count
        case .truncated: (enhanced, enhancementsTruncated) = (enhanced + count, enhancementsTruncated + count)
        case .error: enhancementsFailed += count
        case .skipped: break
        }
        if let reason { enhancementReasons[reason, default: 0] += 1 }
    }

    private mutating func addTokens(of enhancement: EnhancementRecord) {
        guard let answer = enhancement.answer else { return }
        enhancementPromptTokens += answer.promptTokens
        computedEnhancementPromptTokens += answer.promptTokens - answer.reusedTokens
        enhancementOutputTokens += answer.outputTokens
    }

    /// Counts clips of which an earlier run had left nothing to do.
    ///
    /// - Parameter hasPreviews: whether the run is asked for previews.
    mutating func add(_ totals: SourceTotals, hasPreviews: Bool) {
        clips += totals.clips
        keptClips += totals.clips
        clipsWithErrors += totals.clipsWithErrors
        clipsSkipped += totals.clipsSkipped
        windows += totals.windows
        keptWindows += totals.windows
        for (status, count) in totals.statuses { statuses[status.rawValue, default: 0] += count }
        for (reason, count) in totals.reasons { reasons[reason, default: 0] += count }
        if hasPreviews {
            previews += totals.previews
            previewsFailed += totals.previewsFailed
        }
        for (name, counts) in totals.namedCaptions {
            for (status, count) in counts { namedCaptions[name, default: [:]][status.rawValue, default: 0] += count }
        }
        for (status, count) in totals.enhancements { add(status, nil, count) }
        for (reason, count) in totals.enhancementReasons { enhancementReasons[reason, default: 0] += count }
    }

    /// Counts a clip.
    package mutating func add(_ clip: FinishedClip) {
        clips += 1
        if !clip.clip.errors.isEmpty { clipsWithErrors += 1 }
        if clip.status == .skipped { clipsSkipped += 1 }
    }

    mutating func finish(seconds: Double, cancelled: Bool) {
        wallSeconds = seconds
        outputTokensPerSecond = seconds > 0 ? Double(outputTokens) / seconds : 0
        self.cancelled = cancelled
    }

    private enum CodingKeys: String, CodingKey {
        case videos, clips, windows, statuses, reasons, previews, enhanced, cancelled, servers
        case keptVideos = "kept_videos"
        case keptClips = "kept_clips"
        case keptWindows = "kept_windows"
        case outdatedWindows = "outdated_windows"
        case enhancementServers = "enhancement_servers"
        case failedVideos = "failed_videos"
        case failedRecords = "failed_records"
        case clipsWithErrors = "clips_with_errors"
        case clipsSkipped = "clips_skipped"
        case previewsFailed = "previews_failed"
        case namedCaptions = "named_captions"
        case promptTokens = "prompt_tokens"
        case computedPromptTokens = "computed_prompt_tokens"
        case discardedOutputTokens = "discarded_output_tokens"
        case tokensByQuestion = "tokens_by_question"
        case encodedBlocks = "encoded_blocks"
        case reusedBlocks = "reused_blocks"
        case outputTokens = "output_tokens"
        case enhancementsTruncated = "enhancements_truncated"
        case enhancementsFailed = "enhancements_failed"
        case enhancementReasons = "enhancement_reasons"
        case enhancementPromptTokens = "enhancement_prompt_tokens"
        case computedEnhancementPromptTokens = "computed_enhancement_prompt_tokens"
        case enhancementOutputTokens = "enhancement_output_tokens"
        case outputTokensPerSecond = "output_tokens_per_second"
        case wallSeconds = "wall_seconds"
    }
}
