/// Why a window is not in an export. Codes are stable across releases.
public enum DropReason: String, Sendable, Hashable, Codable, CaseIterable, Error {
    /// A person rejected it.
    case rejected
    /// A person approved it when its caption or its video was another, and approved windows alone are wanted.
    case changedSince = "changed_since"
    /// It has no caption of the kind that is asked for.
    case noCaption = "no_caption"
    /// The output has no file of its clip.
    case noClip = "no_clip"
    /// The clip's file cannot be read.
    case unreadableClip = "unreadable_clip"
    /// The clip's file does not have the window's frames.
    case notInClip = "not_in_clip"
    /// It has fewer frames than the reader needs, at the rate that it needs.
    case tooFewFrames = "too_few_frames"
    /// Its picture is smaller than the size that is asked for; nothing is made larger.
    case tooSmall = "too_small"
    /// Its file could not be made.
    case cutFailed = "cut_failed"

    /// The reason in words.
    public var sentence: String {
        switch self {
        case .rejected: "a person rejected it"
        case .changedSince: "it was approved when its caption or its video was another"
        case .noCaption: "it has no caption of the kind that is asked for"
        case .noClip: "the output has no file of its clip"
        case .unreadableClip: "its clip's file cannot be read"
        case .notInClip: "its clip's file does not have its frames"
        case .tooFewFrames: "it has too few frames at the rate that is asked for"
        case .tooSmall: "its picture is smaller than what is asked for"
        case .cutFailed: "its file could not be made"
        }
    }
}

/// A window that is not in an export.
public struct DroppedWindow: Sendable, Hashable {
    /// The window, as `<clip's id>/<first frame>_<last frame>`.
    public let window: String
    /// The source video's path below the input.
    public let source: String
    /// Why.
    public let reason: DropReason
    /// What went wrong in detail; empty where the reason says it all.
    public let detail: String

    init(_ window: ExportWindow, _ reason: DropReason, detail: String = "") {
        self.window = "\(window.clipName)/\(window.range)"
        source = window.relativePath
        self.reason = reason
        self.detail = detail
    }
}
