import Foundation

/// What of a window is written to records and must outlive the process: its captions and what is known of them.
///
/// Frames, files and how the window was cut are not part of it. As JSON it is small (``PackedOutcome``).
public struct WindowOutcome: Sendable, Hashable {
    /// Captions by model variant: of the last pass, where there are two.
    public var caption: [String: String]
    /// The first of two passes; nil where only one was asked for.
    public var stage1: CaptionOutcome?
    /// Captions of named prompts, by name.
    public var namedCaptions: [String: CaptionOutcome]
    /// Enhanced captions by text model variant.
    public var enhancedCaption: [String: String]
    /// What is known of the caption beside its words.
    public var captionRecord: CaptionRecord?
    /// How the caption's enhancement ended; nil when none was tried.
    public var enhancementRecord: EnhancementRecord?
    /// How the window ended.
    public var status: WindowStatus
    /// Why it is not a success; nil when it is.
    public var reason: WindowReason?
    /// What a reader may doubt.
    public var flags: [WindowFlag]
    /// Why there is no preview although one was asked for.
    public var previewReason: WindowReason?
    /// What was shown: frame indices, effective fps and size.
    public var shown: ShownFrames?
    /// Whether there is a preview.
    public var hasPreview: Bool

    /// Makes an outcome from its parts; without any it is that of a window that was prepared and nothing else.
    public init(
        caption: [String: String] = [:], stage1: CaptionOutcome? = nil, namedCaptions: [String: CaptionOutcome] = [:],
        enhancedCaption: [String: String] = [:], captionRecord: CaptionRecord? = nil,
        enhancementRecord: EnhancementRecord? = nil, status: WindowStatus = .success, reason: WindowReason? = nil,
        flags: [WindowFlag] = [], previewReason: WindowReason? = nil, shown: ShownFrames? = nil,
        hasPreview: Bool = false
    ) {
        self.caption = caption
        self.stage1 = stage1
        self.namedCaptions = namedCaptions
        self.enhancedCaption = enhancedCaption
        self.captionRecord = captionRecord
        self.enhancementRecord = enhancementRecord
        self.status = status
        self.reason = reason
        self.flags = flags
        self.previewReason = previewReason
        self.shown = shown
        self.hasPreview = hasPreview
    }
}

extension WindowOutcome: Codable {
    public init(from decoder: any Decoder) throws {
        self = try PackedOutcome(from: decoder).outcome()
    }

    public func encode(to encoder: any Encoder) throws {
        try PackedOutcome(self).encode(to: encoder)
    }
}

extension Window {
    /// What of the window must outlive the process. A preview counts that was drawn and, as far as is known, written.
    public var outcome: WindowOutcome {
        WindowOutcome(
            caption: caption, stage1: stage1, namedCaptions: namedCaptions, enhancedCaption: enhancedCaption,
            captionRecord: captionRecord, enhancementRecord: enhancementRecord, status: status, reason: reason,
            flags: flags, previewReason: previewReason, shown: shown, hasPreview: hasPreview && previewReason == nil)
    }

    /// Makes a window of what was kept of it. It has no frames, so that no stage has anything to do with it.
    public init(clipID: UUID, range: FrameRange, outcome: WindowOutcome) {
        self.init(clipID: clipID, range: range)
        caption = outcome.caption
        stage1 = outcome.stage1
        namedCaptions = outcome.namedCaptions
        enhancedCaption = outcome.enhancedCaption
        captionRecord = outcome.captionRecord
        enhancementRecord = outcome.enhancementRecord
        status = outcome.status
        reason = outcome.reason
        flags = outcome.flags
        previewReason = outcome.previewReason
        shown = outcome.shown
        hasPreview = outcome.hasPreview
    }
}
