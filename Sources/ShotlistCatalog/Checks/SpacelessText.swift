/// Chinese, Japanese and Thai set no spaces between words: what is to be found in them has to be cut first. Each of their
/// characters is a word here, which needs no dictionary; a run of them is then a phrase.
enum SpacelessText {
    /// What is put between two characters, U+200B: nothing that is seen, and no part of a word to SQLite or to the checks.
    private static let cut: Character = "\u{200b}"

    /// Whether a character is a word of its own.
    static func isWord(_ character: Character) -> Bool {
        guard let first = character.unicodeScalars.first, first.value >= 0xe00 else { return false }
        return switch Script(first) {
        case .han, .kana, .thai: true
        default: false
        }
    }

    /// A text with its characters set apart, for an index that knows words by what stands between them; others are as they
    /// were.
    static func setApart(_ text: String) -> String {
        // Most captions have none, and are not copied. From U+0E00 on UTF-8 begins with E0 or more.
        guard text.utf8.contains(where: { $0 >= 0xe0 }) else { return text }
        var result = ""
        var isAfterWord = false
        for character in text {
            let isWord = isWord(character)
            if isWord || isAfterWord, !result.isEmpty { result.append(cut) }
            result.append(character)
            isAfterWord = isWord
        }
        return result
    }
}
