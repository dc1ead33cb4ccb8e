/// How one question about a window ended: the caption, or why there is none.
///
/// A window's own caption is spread over ``Window/caption``, ``Window/captionRecord``, ``Window/status`` and
/// ``Window/flags``; the first of two passes and named captions are kept as a value of this kind each.
public struct CaptionOutcome: Sendable, Hashable, Codable {
    /// The model variant that was asked; the caption is kept under its name.
    public var variant: String
    /// The caption; nil when the question failed.
    public var text: String?
    /// `success`, `truncated` or `error`.
    public var status: WindowStatus
    /// Why it is not a success; nil when it is.
    public var reason: WindowReason?
    /// What a reader may doubt.
    public var flags: [WindowFlag]
    /// What is known beside the words; nil when the engine gave no answer at all.
    public var record: CaptionRecord?

    /// Makes an outcome from its parts.
    public init(
        variant: String, text: String? = nil, status: WindowStatus = .success, reason: WindowReason? = nil,
        flags: [WindowFlag] = [], record: CaptionRecord? = nil
    ) {
        self.variant = variant
        self.text = text
        self.status = status
        self.reason = reason
        self.flags = flags
        self.record = record
    }
}
