import ShotlistCore

/// What a run did, as `summary.json` keeps it.
public struct RunSummary: Sendable, Codable, Hashable {
    /// Videos found.
    public var videos = 0
    /// Videos that could not be read, with the reason of each.
    public var failedVideos: [String: String] = [:]
    /// Clips made.
    public var clips = 0
    /// Clips that have an error in their record.
    public var clipsWithErrors = 0
    /// Records and clips' files that could not be written, with the reason of each.
    public var failedRecords: [String: String] = [:]
    /// Clips of which no window could be made.
    public var clipsSkipped = 0
    /// Windows made.
    public var windows = 0
    /// Windows by status.
    public var statuses: [String: Int] = [:]
    /// Windows that are not a success, by reason.
    public var reasons: [String: Int] = [:]
    /// Previews drawn.
    public var previews = 0
    /// Windows whose preview failed.
    public var previewsFailed = 0
    /// Tokens of all prompts.
    public var promptTokens = 0
    /// Tokens of all captions.
    public var outputTokens = 0
    /// Caption tokens for each second of the whole run.
    public var outputTokensPerSecond = 0.0
    /// Seconds from start to end.
    public var wallSeconds = 0.0
    /// Whether the run was stopped before its end.
    public var cancelled = false

    /// A summary of nothing.
    public init() {}

    /// Whether every video, clip, window and preview came out as asked; a truncated caption counts as asked.
    public var isComplete: Bool {
        failedVideos.isEmpty && failedRecords.isEmpty && clipsWithErrors == 0 && previewsFailed == 0 && !cancelled
            && statuses[WindowStatus.error.rawValue, default: 0] == 0
    }

    /// Whether anything at all came out: false when every video failed.
    public var hasResults: Bool {
        failedVideos.count < videos || videos == 0
    }

    mutating func add(_ window: Window) {
        windows += 1
        statuses[window.status.rawValue, default: 0] += 1
        if let reason = window.reason { reasons[reason.code, default: 0] += 1 }
        if window.previewReason != nil { previewsFailed += 1 }
        promptTokens += window.captionRecord?.promptTokens ?? 0
        outputTokens += window.captionRecord?.outputTokens ?? 0
    }

    mutating func add(_ clip: FinishedClip) {
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
        case videos, clips, windows, statuses, reasons, previews, cancelled
        case failedVideos = "failed_videos"
        case failedRecords = "failed_records"
        case clipsWithErrors = "clips_with_errors"
        case clipsSkipped = "clips_skipped"
        case previewsFailed = "previews_failed"
        case promptTokens = "prompt_tokens"
        case outputTokens = "output_tokens"
        case outputTokensPerSecond = "output_tokens_per_second"
        case wallSeconds = "wall_seconds"
    }
}

extension RunSummary {
    /// The summary as `summary.json` holds it.
    var record: JSONRecord {
        var record = JSONRecord()
        record.set("videos", videos)
        record.set("failed_videos", failedVideos)
        record.set("failed_records", failedRecords)
        record.set("clips", clips)
        record.set("clips_with_errors", clipsWithErrors)
        record.set("clips_skipped", clipsSkipped)
        record.set("windows", windows)
        record.set("statuses", statuses)
        record.set("reasons", reasons)
        record.set("previews", previews)
        record.set("previews_failed", previewsFailed)
        record.set("prompt_tokens", promptTokens)
        record.set("output_tokens", outputTokens)
        record.set("output_tokens_per_second", outputTokensPerSecond)
        record.set("wall_seconds", wallSeconds)
        record.set("cancelled", cancelled)
        return record
    }
}
