import Foundation

/// What an export knows of a window: where it is, what was said of it, and what a person made of that.
public struct ExportWindow: Sendable, Hashable {
    /// The clip's id.
    public var clip: UUID
    /// The window's first frame, counted from the clip's first.
    public var start: Int
    /// Its last frame, itself part of it.
    public var end: Int
    /// The source video's path as it was given to the run.
    public var source: String
    /// Its path below the run's input.
    public var relativePath: String
    /// Where the window begins in the video, in seconds.
    public var startSeconds: Double
    /// Where it ends.
    public var endSeconds: Double
    /// The video's frames a second as records have them, for exports without clips; 0 where unknown.
    public var fps = 0.0
    /// The video's columns as records have them; 0 where unknown.
    public var width = 0
    /// The video's rows as records have them; 0 where unknown.
    public var height = 0
    /// How the window ended, such as `success`.
    public var status = ""
    /// What a reader may doubt.
    public var flags: [String] = []
    /// What answered.
    public var model = ""
    /// The model's and the person's words.
    public var words = ExportWords()
    /// `none`, `approved` or `rejected`.
    public var decision = "none"
    /// 1 to 5; nil where nobody gave one.
    public var rating: Int?
    /// The person's tags.
    public var tags: [String] = []

    /// Makes a window that nothing is said of yet.
    public init(
        clip: UUID, start: Int, end: Int, source: String, relativePath: String, startSeconds: Double, endSeconds: Double
    ) {
        self.clip = clip
        self.start = start
        self.end = end
        self.source = source
        self.relativePath = relativePath
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
    }

    /// The clip's id as its file has it.
    var clipName: String { clip.uuidString.lowercased() }
    /// The window's name among its clip's, as previews have it.
    var range: String { "\(start)_\(end)" }

    /// Whether it is exported before another: by source video and time, and then by its name, so that the order hangs on
    /// nothing but the windows.
    static func isBefore(_ one: ExportWindow, _ other: ExportWindow) -> Bool {
        if !one.source.utf8.elementsEqual(other.source.utf8) {
            return one.source.utf8.lexicographicallyPrecedes(other.source.utf8)
        }
        let (first, second) = (
            (one.startSeconds, one.start, one.end), (other.startSeconds, other.start, other.end)
        )
        return first == second ? one.clipName < other.clipName : first < second
    }
}

/// All captions of a window.
public struct ExportWords: Sendable, Hashable {
    /// The person's; nil where the model's stands.
    public var edited: String?
    /// What a text model made of the caption.
    public var enhanced: String?
    /// The caption of the last pass.
    public var last: String?
    /// The first of two passes; nil where there is one.
    public var firstOfTwo: String?
    /// Captions of named prompts.
    public var named: [String: String] = [:]

    /// No words.
    public init() {}

    /// The person's, else the enhanced one, else the last pass's, else the first's: the first with words in it. What a person
    /// made empty is empty.
    public var best: String? {
        edited ?? [enhanced, last, firstOfTwo].compactMap(\.self).first { !$0.allSatisfy(\.isWhitespace) }
    }
}
