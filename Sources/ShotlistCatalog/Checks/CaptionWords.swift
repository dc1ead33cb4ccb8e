/// A caption's words, as the checks see them: lower-case runs of letters and digits.
struct CaptionWords: Sendable {
    let words: [Substring]
    private let lowered: String

    init(_ caption: String) {
        lowered = caption.lowercased()
        words = lowered.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }
    }

    var count: Int { words.count }

    /// Whether a run of words is among them.
    func contains(_ phrase: CaptionWords) -> Bool {
        guard !phrase.words.isEmpty, phrase.count <= count else { return false }
        return (0...count - phrase.count).contains { start in
            words[start..<start + phrase.count].elementsEqual(phrase.words)
        }
    }

    /// Whether they begin with a run of words.
    func begins(with phrase: CaptionWords) -> Bool {
        !phrase.words.isEmpty && words.starts(with: phrase.words)
    }
}
