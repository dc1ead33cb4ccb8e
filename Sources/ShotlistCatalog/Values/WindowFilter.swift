import ShotlistCore

/// Which windows are meant. Every field is optional; all that are set must hold.
public struct WindowFilter: Sendable, Codable, Hashable {
    /// Words that must all be there, the last one also as a beginning; what stands in double quotes is a phrase. They are
    /// looked for in the caption that counts, the note, the tags and the video's path.
    public var text: String?
    /// Whether ``text`` is looked for in the model's other captions, too.
    public var searchesAllCaptions: Bool?
    /// All of these, each as a whole word, or as words that follow one another, of the caption that counts. What has neither
    /// letter nor digit is passed over.
    public var wholeWords: Set<String>?
    /// One of these.
    public var status: Set<WindowStatus>?
    /// All of these, by the names of ``CatalogFlag``.
    public var flags: Set<String>?
    /// Whether there is any flag at all but `retried`.
    public var isFlagged: Bool?
    /// One of these, as ``CatalogWindow/model``.
    public var model: Set<String>?
    /// One of these, as ``CatalogWindow/source``.
    public var source: Set<String>?
    /// One of these.
    public var decision: Set<ReviewDecision>?
    /// From 1 to 5; windows without a rating count as 0.
    public var rating: ClosedRange<Int>?
    /// Characters of the caption that counts.
    public var length: ClosedRange<Int>?
    /// Words of the caption that counts.
    public var words: ClosedRange<Int>?
    /// The window's seconds.
    public var duration: ClosedRange<Double>?
    /// The seconds of the window's clip.
    public var clipDuration: ClosedRange<Double>?
    /// When the answer was written, in seconds since 1970: as the record tells, else the time of the record's file.
    public var written: ClosedRange<Double>?
    /// Tokens of the model's caption.
    public var tokens: ClosedRange<Int>?
    /// Seconds from asking to the whole answer.
    public var seconds: ClosedRange<Double>?
    /// The video's size.
    public var resolution: PixelSize?
    /// All of these.
    public var tags: Set<String>?
    /// Whether a person edited the caption.
    public var isEdited: Bool?
    /// Whether there is a preview.
    public var hasPreview: Bool?
    /// One of these.
    public var keys: [WindowKey]?

    /// Makes a filter that every window passes.
    public init() {}

    /// Makes a filter of words alone.
    public init(text: String?, searchesAllCaptions: Bool? = nil) {
        self.text = text
        self.searchesAllCaptions = searchesAllCaptions
    }

    /// Every window.
    public static let all = WindowFilter()
}

/// In which order windows come. Those that are equal come in the order in which they were indexed.
public enum WindowOrder: String, Sendable, Hashable, Codable, CaseIterable {
    /// By the video's path, and in it by time.
    case source
    /// By characters of the caption that counts.
    case length
    /// By tokens of the model's caption.
    case tokens
    /// By the seconds that the model took.
    case seconds
    /// By rating.
    case rating
    /// By when a person changed it last.
    case changed
}
