import ShotlistCore

/// What a reader may doubt in a window's caption: told by the run's stages, or by the checks of the catalog.
public enum CatalogFlag: String, Sendable, Hashable, Codable, CaseIterable {
    /// The same words come again and again.
    case repeating
    /// The model declined to answer.
    case refused
    /// It took more than one attempt.
    case retried
    /// There is no caption, or one without words.
    case empty
    /// The caption stops at the output limit.
    case truncated
    /// The caption is in another language than the one that was asked for.
    case wrongLanguage = "wrong_language"
    /// The caption is shorter than it should be.
    case short
    /// The caption is longer than it should be.
    case long
    /// Another window's caption says nearly the same.
    case nearDuplicate = "near_duplicate"
    /// The caption has a word that it should not have.
    case bannedWord = "banned_word"
    /// The caption begins with words about the medium: "The image shows".
    case opening
    /// The caption was made with other settings than the run's (`--on-existing skip`).
    case outdated
    /// A person judged it when the model's words or the video were others.
    case changedSince = "changed_since"

    /// The bit by which the index keeps it. Places never change: outputs are indexed with them.
    var bit: Int64 {
        switch self {
        case .repeating: 1
        case .refused: 1 << 1
        case .retried: 1 << 2
        case .empty: 1 << 3
        case .truncated: 1 << 4
        case .wrongLanguage: 1 << 5
        case .short: 1 << 6
        case .long: 1 << 7
        case .nearDuplicate: 1 << 8
        case .bannedWord: 1 << 9
        case .opening: 1 << 10
        case .outdated: 1 << 11
        case .changedSince: 1 << 12
        }
    }

    /// The flags of some bits, in the order in which they are listed here.
    static func flags(ofBits bits: Int64) -> [CatalogFlag] {
        allCases.filter { bits & $0.bit != 0 }
    }
}

extension Set<CatalogFlag> {
    /// The bits by which the index keeps them.
    var bits: Int64 { reduce(0) { $0 | $1.bit } }
}
