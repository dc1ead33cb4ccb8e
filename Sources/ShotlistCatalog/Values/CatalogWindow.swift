import ShotlistCore

/// One window, with what its record says, what the checks found and what people did.
public struct CatalogWindow: Sendable, Hashable, Codable {
    /// Its name.
    public var key: WindowKey
    /// The video's path as it was given to the run.
    public var source: String
    /// The video's path below the input folder, as far as it is known; else its last part.
    public var relativePath: String
    /// The clip's seconds in the video.
    public var clipSpan: ClosedRange<Double>
    /// The window's seconds in the video. With a frame rate that varies it is near.
    public var windowSpan: ClosedRange<Double>
    /// How many frames the window has.
    public var frames: Int
    /// The video's frames for each second; 0 when the record does not say.
    public var fps: Double
    /// The video's picture as shown, in pixels; 0 when the record does not say.
    public var width: Int
    /// The video's picture as shown, in pixels; 0 when the record does not say.
    public var height: Int
    /// How the window ended. NeMo Curator does not say: with a caption `success`, else `skipped`.
    public var status: WindowStatus
    /// Why it is not a success: a code.
    public var reason: String?
    /// The same as a sentence.
    public var reasonText: String?
    /// What a reader may doubt, by the names of ``CatalogFlag``; a record's own that are not among these follow.
    public var flags: [String]
    /// What answered: its name, or where the record has none the variant.
    public var model: String?
    /// The commit or hash of the model's files.
    public var modelRevision: String?
    /// The model variant under whose name the caption is kept.
    public var variant: String?
    /// The model's words.
    public var captions: CaptionSet
    /// What the caption cost; nil when the record does not say.
    public var tokens: TokenCounts?
    /// From asking to the whole answer; nil when the record does not say.
    public var seconds: Double?
    /// The frames that the model was shown, counted from the clip's first; empty when the record does not say.
    public var framesShown: [Int]
    /// Their times in the video, in seconds.
    public var frameTimes: [Double]
    /// The prompt's text. Only ``Catalog/window(_:)`` asks the ledger for it.
    public var prompt: String?
    /// What shaped the caption, as JSON. Only ``Catalog/window(_:)`` asks the ledger for it.
    public var settings: String?
    /// The hash by which the ledger knows ``settings``.
    public var settingsHash: String?
    /// Why the ledger could not be asked: a sentence. Then ``prompt`` and ``settings`` are missing, and there may be more history.
    public var ledgerProblem: String?
    /// Why there is no preview although one was asked for.
    public var previewReason: String?
    /// Whether there was a preview when the window was indexed: `previews/<key>.webp`.
    public var hasPreview: Bool
    /// Whether there was a file of the clip when the window was indexed: `clips/<clip>.mp4`.
    public var hasClip: Bool
    /// What people did.
    public var review: WindowReview
    /// How often people changed it: for ``Catalog/change(_:_:expecting:)``.
    public var version: Int

    /// The caption that counts: the person's, else the model's best.
    public var shownCaption: String? { review.caption ?? captions.best }

    /// A name for the words of ``shownCaption``, by which ``Catalog/change(_:_:expecting:seeing:)`` knows what a person saw.
    public var captionTag: String {
        guard let caption = shownCaption else { return "none" }
        var hash = RunningHash()
        hash.add(caption)
        return String(hash.hex.prefix(32))
    }
}
