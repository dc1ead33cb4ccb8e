/// What people chose of an output's checks. It is kept with the output, apart from the index; what nobody chose follows the
/// program (``CheckSettings``).
public struct CheckChoices: Sendable, Hashable, Codable {
    /// What ``language`` is where captions may be in any language.
    public static let anyLanguage = "any"

    /// Words or phrases that no caption should have, in any case; an empty list takes away those of before.
    public var bannedWords: [String]?
    /// The language in which captions should be, by its code of two letters (ISO 639-1), or ``anyLanguage``.
    public var language: String?
    /// How many words captions should have; those with fewer are `short`, those with more `long`.
    public var captionWords: ClosedRange<Int>?

    /// Chooses nothing.
    public init() {}

    /// What was chosen, with what is chosen now in its place.
    func replaced(by now: CheckChoices) -> CheckChoices {
        var choices = self
        if let words = now.bannedWords { choices.bannedWords = words }
        if let language = now.language { choices.language = language }
        if let range = now.captionWords { choices.captionWords = range }
        return choices
    }

    /// The checks' settings with these choices.
    var settings: CheckSettings {
        var settings = CheckSettings()
        if let bannedWords { settings.bannedWords = bannedWords }
        if let language { settings.language = language == Self.anyLanguage ? nil : language }
        if let captionWords {
            (settings.leastWords, settings.mostWords) = (captionWords.lowerBound, captionWords.upperBound)
        }
        return settings
    }
}
