import Foundation

/// A run of a clip's frames that gets one caption and one preview.
public struct Window: Sendable, Identifiable {
    /// The clip's id and the range, unique in a run.
    public var id: String { "\(clipID.uuidString.lowercased())/\(range)" }
    /// The window's name in logs, in its record and in requests to servers: the first 8 bytes of the SHA-256 of
    /// ``id``, as 16 hexadecimal digits. The same window has the same one in every run.
    public var traceID: String { String(ContentHash.sha256(id).prefix(16)) }
    /// The clip it belongs to.
    public let clipID: UUID
    /// Its frames, counted from the clip's first, both ends included.
    public let range: FrameRange

    /// What the model is shown; dropped once the caption is made.
    public var input: WindowInput?
    /// The pictures of the preview; dropped once it is drawn.
    public var previewFrames: PreviewFrames?
    /// The window as an mp4 file of its own, cut on packets; nil when preparation was not asked to keep it.
    public var mp4Source: (@Sendable () throws -> Data)?
    /// The preview: an animated WebP file; dropped once it is written.
    public var webpBytes: Data? {
        didSet { if webpBytes != nil { hasPreview = true } }
    }
    /// Whether a preview was drawn; stays when ``webpBytes`` is dropped.
    public internal(set) var hasPreview = false

    /// Captions by model variant: of the last pass, where there are two.
    public var caption: [String: String] = [:]
    /// The first of two passes; nil where only one was asked for.
    public var stage1: CaptionOutcome?
    /// Captions of named prompts, by name.
    public var namedCaptions: [String: CaptionOutcome] = [:]
    /// Enhanced captions by text model variant.
    public var enhancedCaption: [String: String] = [:]
    /// What is known of the caption beside its words.
    public var captionRecord: CaptionRecord?
    /// How the caption's enhancement ended; nil when none was tried.
    public var enhancementRecord: EnhancementRecord?

    /// How the window ended so far.
    public var status: WindowStatus = .success
    /// Why it is not a success; nil when it is.
    public var reason: WindowReason?
    /// What a reader may doubt.
    public var flags: [WindowFlag] = []
    /// Why there is no preview although one was asked for.
    public var previewReason: WindowReason?
    /// What was shown, kept after `input` is dropped: frame indices, effective fps and size.
    public var shown: ShownFrames?
    /// The hash of the settings that shaped its captions, by which an output's ledger knows them; nil without one.
    public var settings: String?
    /// Whether its captions are an earlier run's, made with other settings than this run's and left as they were.
    public var isOutdated = false
    /// Whether someone asked for its captions on purpose, so that runs with other settings leave them as they are.
    public var isPicked = false

    /// Makes a window without any content.
    public init(clipID: UUID, range: FrameRange) {
        self.clipID = clipID
        self.range = range
    }

    /// The window's mp4 bytes, cut now; nil when preparation was not asked to keep them.
    ///
    /// - Throws: ``ShotlistError`` when the source can no longer be read or cut.
    public func mp4Bytes() throws -> Data? {
        try mp4Source?()
    }

    /// Marks the window as failed; a later stage leaves it alone.
    public mutating func fail(_ error: ShotlistError, status: WindowStatus = .error) {
        self.status = status
        reason = WindowReason(error)
    }
}

/// What the model was really shown of a window.
public struct ShownFrames: Sendable, Hashable, Codable {
    /// Source frames, counted from the clip's first.
    public var frameIndices: [Int]
    /// Frames shown for each second.
    public var effectiveFPS: Double
    /// The size of each frame.
    public var resizedSize: PixelSize

    /// Makes a record of what was shown.
    public init(frameIndices: [Int], effectiveFPS: Double, resizedSize: PixelSize) {
        self.frameIndices = frameIndices
        self.effectiveFPS = effectiveFPS
        self.resizedSize = resizedSize
    }
}
