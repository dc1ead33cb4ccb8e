import ShotlistCore

/// What can be doubted in a caption, told from its words alone. Whether another caption says the same is told by the index.
public struct CatalogChecks: Sendable {
    /// By what they go.
    public let settings: CheckSettings
    private let banned: [CaptionWords]
    private let openings: [CaptionWords]

    /// Makes the checks of some settings.
    public init(_ settings: CheckSettings = CheckSettings()) {
        self.settings = settings
        banned = settings.bannedWords.map { CaptionWords($0) }
        openings = settings.openings.map { CaptionWords($0) }
    }

    /// The flags that a caption earns.
    ///
    /// - Parameters:
    ///   - caption: the caption; nil where there is none.
    ///   - status: how the window ended, when the caption is the model's; nil for a person's caption.
    public func flags(of caption: String?, status: WindowStatus?) -> Set<CatalogFlag> {
        var flags: Set<CatalogFlag> = status == .truncated ? [.truncated] : []
        guard let caption, caption.contains(where: { $0.isLetter || $0.isNumber }) else {
            // Windows that were not tried have no caption, and nobody doubts one.
            if status != .skipped || caption != nil { flags.insert(.empty) }
            return flags
        }
        let words = CaptionWords(caption)
        if CaptionChecks.isRepeating(caption) { flags.insert(.repeating) }
        if CaptionChecks.isRefusal(caption) || Self.declines(words) { flags.insert(.refused) }
        // Where words are not set apart by spaces their count says nothing.
        let isCounted = !Script.isWithoutSpaces(caption)
        if isCounted, words.count < settings.leastWords { flags.insert(.short) }
        if isCounted ? words.count > settings.mostWords : caption.count > settings.mostWords * 2 { flags.insert(.long) }
        if banned.contains(where: { words.contains($0) }) { flags.insert(.bannedWord) }
        if openings.contains(where: { words.begins(with: $0) }) { flags.insert(.opening) }
        if let language = settings.language, Language.isOther(caption, words, than: language) {
            flags.insert(.wrongLanguage)
        }
        return flags
    }

    /// How models decline further on in their first words.
    private static let refusals = [
        "cannot assist", "can't assist", "can’t assist", "cannot help with", "can't help with", "can’t help with",
        "not able to assist", "unable to assist", "cannot provide", "can't provide", "cannot describe",
        "unable to provide", "unable to describe", "as a language model", "as an ai",
    ].map { CaptionWords($0) }

    private static func declines(_ words: CaptionWords) -> Bool {
        let beginning = words.first(16)
        return refusals.contains { beginning.contains($0) }
    }
}

extension CaptionWords {
    /// The first words alone.
    func first(_ count: Int) -> CaptionWords {
        CaptionWords(words.prefix(count).joined(separator: " "))
    }
}
