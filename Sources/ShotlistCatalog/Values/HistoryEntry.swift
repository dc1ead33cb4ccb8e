import Foundation
import ShotlistCore

/// What was said of a window and done with it, as far as it can be told.
public struct WindowHistory: Sendable, Hashable {
    /// The newest first.
    public var entries: [HistoryEntry]
    /// Why the ledger could not be asked: then earlier answers may be missing.
    public var ledgerProblem: ShotlistError?
}

/// Something that was said of a window, or done with it.
public struct HistoryEntry: Sendable, Hashable, Codable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A model's answer.
        case model
        /// A person's change.
        case person
        /// A person took a change back.
        case undo
    }

    /// What it is.
    public var kind: Kind
    /// When; nil when nobody knows.
    public var at: Date?
    /// The person, or the model.
    public var by: String?
    /// A model's words.
    public var captions: CaptionSet?
    /// How a model's answer ended.
    public var status: WindowStatus?
    /// Whether it is the model's answer now.
    public var isCurrent: Bool
    /// The hash of the settings that shaped a model's answer.
    public var settings: String?
    /// What a model was asked, as the ledger knows it by ``settings``; up to 16,384 characters.
    public var prompt: String?
    /// The review before a person's change.
    public var before: WindowReview?
    /// The review after it.
    public var after: WindowReview?
    /// Whether the person took it back since.
    public var isUndone: Bool
    /// Whether it was one of many at once.
    public var isBulk: Bool
}
