import Foundation

/// Plain words as a query of FTS5 (https://www.sqlite.org/fts5.html, section 3). Nothing in them is taken for an operator.
struct SearchWords: Sendable {
    /// The most words: no one looks for more, and each costs time.
    static let most = 32

    /// The query; nil where there are no words to look for.
    let query: String?

    /// - Parameter everywhere: whether the model's other captions are looked at, too.
    init(_ text: String, everywhere: Bool) {
        var parts: [String] = []
        // What stands in double quotes is a phrase; a quote without its other half is none.
        // SQLite's texts end at the character 0, and a query that ends within quotes is none.
        let pieces = text.replacing("\0", with: " ").split(separator: "\"", omittingEmptySubsequences: false)
        for (place, piece) in pieces.enumerated() {
            let isLast = place == pieces.count - 1
            let isPhrase = place % 2 == 1 && !isLast
            let words = isPhrase ? [piece] : piece.split(whereSeparator: \.isWhitespace)
            for (index, word) in words.enumerated() where word.contains(where: { $0.isLetter || $0.isNumber }) {
                // The last word is still being written, unless a space follows it.
                let isOpen =
                    isLast && !isPhrase && index == words.count - 1 && piece.last.map { !$0.isWhitespace } ?? false
                // Where no spaces are set a run of characters is a phrase, as it is in the index.
                parts.append("\"\(SpacelessText.setApart(String(word)))\"" + (isOpen ? " *" : ""))
            }
        }
        let words = parts.prefix(Self.most).joined(separator: " AND ")
        query = parts.isEmpty ? nil : "\(everywhere ? "" : "{shown about} : ")(\(words))"
    }

    /// What finds a whole word, or a phrase, in the caption that counts; nil where there is nothing to look for.
    static func whole(_ word: String) -> String? {
        guard word.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
        // A quote would end the phrase, and the character 0 the query.
        let words = SpacelessText.setApart(word.replacing("\"", with: " ").replacing("\0", with: " "))
        return "{shown} : \"\(words)\""
    }

    /// A caption's words as the index of words has them: without case and, of Latin letters, without accents, and parted by all
    /// that is neither letter nor digit. Each comes once.
    static func indexed(_ caption: String) -> Set<String> {
        var words: Set<String> = []
        for word in caption.split(whereSeparator: { !($0.isLetter || $0.isNumber) }) {
            let isPlain = word.utf8.allSatisfy { $0 < 128 }
            let isFolded = !isPlain && word.unicodeScalars.allSatisfy(isLatin)
            let lowered = word.lowercased()
            words.insert(isFolded ? lowered.folding(options: .diacriticInsensitive, locale: nil) : lowered)
        }
        return words
    }

    /// Whether a letter is of those whose accents the index leaves out, or such an accent: Greek and Cyrillic keep theirs.
    private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x250, 0x300..<0x370, 0x1e00..<0x1f00: true
        default: false
        }
    }
}
