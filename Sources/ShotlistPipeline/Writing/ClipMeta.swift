import ShotlistCore
import ShotlistLedger

/// The record of a clip, `metas/v0/<uuid>.json`: NeMo Curator's keys, and ours beside them.
struct ClipMeta: Sendable {
    private let finished: FinishedClip
    private let location: String
    /// The settings of the run; nil without a ledger.
    private let keys: RunKeys?
    /// The settings of previews that the run was not asked for and left as they are; nil without any.
    private let previews: String?
    /// Whether files of other settings may have been left as they are.
    private let isMixed: Bool
    /// All captions that the windows ever got, where the record is to tell of them.
    private let history: [FrameRange: [WindowAnswer]]
    /// The digest of what the source holds; nil where the ledger does not know it.
    private let sourceDigest: String?

    init(
        _ finished: FinishedClip, location: String, keys: RunKeys? = nil, previews: String? = nil,
        isMixed: Bool = false, history: [FrameRange: [WindowAnswer]] = [:], sourceDigest: String? = nil
    ) {
        self.finished = finished
        self.location = location
        self.keys = keys
        self.previews = previews
        self.isMixed = isMixed
        self.history = history
        self.sourceDigest = sourceDigest
    }

    var record: JSONRecord {
        let (clip, video) = (finished.clip, finished.clip.video)
        var record = JSONRecord()
        record.set("span_uuid", clip.name)
        record.set("source_video", video.inputPath)
        record.set("duration_span", [clip.span.start, clip.span.end])
        record.set("width_source", video.metadata.width)
        record.set("height_source", video.metadata.height)
        record.set("framerate_source", video.metadata.framerate)
        record.set("clip_location", location)
        if let encoded = clip.encoded {
            record.set("width", encoded.size.width)
            record.set("height", encoded.size.height)
            record.set("framerate", encoded.framerate)
            record.set("num_frames", encoded.numFrames)
            record.set("video_codec", encoded.videoCodec)
            record.set("num_bytes", encoded.numBytes)
            if !encoded.warnings.isEmpty { record.set("warnings", encoded.warnings) }
        }
        if !clip.errors.isEmpty {
            let texts = clip.errors.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            record.set("errors", texts)
        }
        let windows = finished.windows.map { window in
            WindowMeta(window: window, history: history[window.range] ?? []).record
        }
        record.set("windows", windows)
        record.set("valid", clip.encoded != nil && !finished.windows.isEmpty)
        record.set("status", finished.status.rawValue)
        record.setIfPresent("reason", finished.reason?.code)
        record.setIfPresent("reason_text", finished.reason?.message)
        record.set("source_start_frame", clip.frames.lowerBound)
        record.set("source_num_frames", clip.frames.count)
        record.setIfPresent("source_digest", sourceDigest)
        if let keys { record.set("settings", settings(keys)) }
        return record
    }

    /// The hashes by which the ledger knows what shaped the clip, its file and its previews; from these a lost ledger is
    /// made again.
    private func settings(_ keys: RunKeys) -> JSONRecord {
        var record = JSONRecord()
        record.set("plan", keys.plan.hash)
        guard !isMixed else { return record }
        record.setIfPresent("clip_file", finished.clip.encoded == nil ? nil : keys.clipFiles?.hash)
        record.setIfPresent("previews", keys.previews?.hash ?? previews)
        return record
    }
}
