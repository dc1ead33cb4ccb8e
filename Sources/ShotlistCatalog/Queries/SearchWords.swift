/// Plain words as a query of FTS5 (https://www.sqlite.org/fts5.html, section 3). Nothing in them is taken for an operator.
struct SearchWords: Sendable {
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
        // No one looks for more; each costs time.
        let words = parts.prefix(32).joined(separator: " AND ")
        query = parts.isEmpty ? nil : everywhere ? words : "{shown about} : (\(words))"
    }
}
