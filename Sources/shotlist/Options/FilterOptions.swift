import ArgumentParser
import ShotlistCatalog
import ShotlistCore

/// Which windows are meant.
struct FilterOptions: ParsableArguments {
    @Option(help: "Words that must be in the caption, the note, the tags or the video's path.")
    var text: String?

    @Option(help: "A word, or words that follow one another, of the caption, whole. Can be given more than once.")
    var word: [String] = []

    @Option(help: "How the window ended: success, truncated, skipped or error. Can be given more than once.")
    var status: [WindowStatus] = []

    @Option(help: "A flag that it must have, such as near_duplicate. Can be given more than once.")
    var flag: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether it has flags that tell of doubt.")
    var flagged: Bool?

    @Option(help: "The model that captioned it. Can be given more than once.")
    var model: [String] = []

    @Option(help: "The video's path as it was given to the run. Can be given more than once.")
    var source: [String] = []

    @Option(help: "What a person decided: none, approved or rejected. Can be given more than once.")
    var decision: [ReviewDecision] = []

    @Option(parsing: .unconditional, help: "The rating, such as 4 or 3-5 or 4-; without one it counts as 0.")
    var rating: String?

    @Option(parsing: .unconditional, help: "Characters of the caption, such as 40-600.")
    var length: String?

    @Option(parsing: .unconditional, help: "Words of the caption, such as 5-200.")
    var words: String?

    @Option(parsing: .unconditional, help: "Seconds of the window, such as 2-8.")
    var duration: String?

    @Option(parsing: .unconditional, help: "Seconds of the window's clip, such as 2-8.")
    var clipLength: String?

    @Option(parsing: .unconditional, help: "Tokens of the model's answer, such as 20-300.")
    var tokens: String?

    @Option(parsing: .unconditional, help: "Seconds that the model took for the answer, such as 0-10.")
    var seconds: String?

    @Option(
        parsing: .unconditional,
        help: "When the answer was written, in seconds since 1970 (date +%s), such as 1767225600-1767312000.")
    var written: String?

    @Option(help: "The size of the video's picture, such as 1920x1080.")
    var videoResolution: String?

    @Option(help: "A tag that it must have. Can be given more than once.")
    var tag: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether a person edited the caption.")
    var edited: Bool?

    @Flag(inversion: .prefixedNo, help: "Whether there is a preview.")
    var preview: Bool?

    /// The filter as it was given.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is no range, or no size.
    func filter() throws(ShotlistError) -> WindowFilter {
        var filter = WindowFilter()
        filter.text = text
        filter.status = status.isEmpty ? nil : Set(status)
        filter.flags = flag.isEmpty ? nil : Set(flag)
        filter.isFlagged = flagged
        filter.model = model.isEmpty ? nil : Set(model)
        filter.source = source.isEmpty ? nil : Set(source)
        filter.decision = decision.isEmpty ? nil : Set(decision)
        filter.tags = tag.isEmpty ? nil : Set(tag)
        filter.wholeWords = word.isEmpty ? nil : Set(word)
        filter.isEdited = edited
        filter.hasPreview = preview
        if let rating { filter.rating = try RangeText.integers(rating, "--rating") }
        if let length { filter.length = try RangeText.integers(length, "--length") }
        if let words { filter.words = try RangeText.integers(words, "--words") }
        if let tokens { filter.tokens = try RangeText.integers(tokens, "--tokens") }
        if let duration { filter.duration = try RangeText.measures(duration, "--duration") }
        if let clipLength { filter.clipDuration = try RangeText.measures(clipLength, "--clip-length") }
        if let seconds { filter.seconds = try RangeText.measures(seconds, "--seconds") }
        if let written { filter.written = try RangeText.measures(written, "--written") }
        if let videoResolution {
            filter.resolution = try PixelSizeText.size(videoResolution, "--video-resolution")
        }
        return filter
    }
}

extension WindowStatus: ExpressibleByArgument {}
extension ReviewDecision: ExpressibleByArgument {}
