import Foundation
import ShotlistCatalog
import ShotlistCore

/// A window as the page gets it. The page's names stay, whatever the catalog calls things.
struct WindowBody: Encodable {
    private let key: String
    private let source: String
    private let path: String
    private let clipStart: Double
    private let clipEnd: Double
    private let windowStart: Double
    private let windowEnd: Double
    private let frames: Int
    private let fps: Double
    private let width: Int
    private let height: Int
    private let status: String
    private let reason: String?
    private let reasonText: String?
    private let flags: [String]
    private let model: String?
    private let modelRevision: String?
    private let variant: String?
    private let caption: String?
    /// What names the caption's words; a change sends it back as what was seen.
    private let captionTag: String
    private let captions: [Words]
    private let promptTokens: Int?
    private let outputTokens: Int?
    private let seconds: Double?
    private let framesShown: [Int]?
    private let frameTimes: [Double]?
    private let prompt: String?
    private let settings: String?
    private let hasPreview: Bool
    private let hasClip: Bool
    private let previewReason: String?
    private let review: ReviewBody
    private let version: Int

    /// One of the model's captions.
    struct Words: Encodable {
        let name: String
        let text: String
    }

    /// - Parameter isWhole: whether frames, prompt and settings are among it, and texts are whole; lists leave them out, and
    ///   cut what is long.
    init(_ window: CatalogWindow, isWhole: Bool) {
        key = window.key.text
        source = window.source
        path = window.relativePath
        clipStart = window.clipSpan.lowerBound
        clipEnd = window.clipSpan.upperBound
        windowStart = window.windowSpan.lowerBound
        windowEnd = window.windowSpan.upperBound
        frames = window.frames
        fps = window.fps
        width = window.width
        height = window.height
        status = window.status.rawValue
        reason = window.reason
        reasonText = window.reasonText
        flags = window.flags
        model = window.model
        modelRevision = window.modelRevision
        variant = window.variant
        caption = window.shownCaption.map { isWhole ? $0 : Self.cut($0) }
        captionTag = window.captionTag
        captions = Self.words(window.captions).map { isWhole ? $0 : Words(name: $0.name, text: Self.cut($0.text)) }
        promptTokens = window.tokens?.prompt
        outputTokens = window.tokens?.output
        seconds = window.seconds
        framesShown = isWhole ? window.framesShown : nil
        frameTimes = isWhole ? window.frameTimes : nil
        prompt = isWhole ? window.prompt : nil
        settings = isWhole ? window.settings : nil
        hasPreview = window.hasPreview
        hasClip = window.hasClip
        previewReason = window.previewReason
        review = ReviewBody(window.review, isWhole: isWhole)
        version = window.version
    }

    /// The most characters of a text in a list, of which a card shows a few lines; the window alone has all of it.
    static let mostOfList = 4000

    /// The beginning of a text that is long.
    static func cut(_ text: String) -> String {
        guard text.utf8.count > mostOfList, text.count > mostOfList else { return text }
        return text.prefix(mostOfList) + "…"
    }

    /// The model's captions by what they are, the last made first.
    static func words(_ captions: CaptionSet) -> [Words] {
        let passes = [("enhanced", captions.enhanced), ("caption", captions.caption), ("first pass", captions.stage1)]
        let named = captions.named.sorted { $0.key < $1.key }
        return passes.compactMap { name, text in text.map { Words(name: name, text: $0) } }
            + named.map { Words(name: $0.key, text: $0.value) }
    }
}

/// What people did, as the page gets it.
struct ReviewBody: Encodable {
    private let caption: String?
    private let decision: String
    private let rating: Int?
    private let tags: [String]
    private let note: String
    private let by: String?
    private let at: Double?
    private let captionBy: String?
    private let captionAt: Double?

    init(_ review: WindowReview, isWhole: Bool = true) {
        caption = review.caption.map { isWhole ? $0 : WindowBody.cut($0) }
        decision = review.decision.rawValue
        rating = review.rating
        tags = review.tags
        note = review.note
        by = review.by
        at = review.at?.timeIntervalSince1970
        captionBy = review.captionBy
        captionAt = review.captionAt?.timeIntervalSince1970
    }
}
