/// A caption's words, as the checks see them: lower-case runs of letters and digits, and single characters of scripts that set
/// no spaces (``SpacelessText``).
struct CaptionWords: Sendable {
    let words: [Substring]
    private let lowered: String

    init(_ caption: String) {
        lowered = caption.lowercased()
        words = Self.words(lowered)
    }

    private static func words(_ text: String) -> [Substring] {
        let runs = text.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }
        guard text.utf8.contains(where: { $0 >= 0xe0 }) else { return runs }
        return runs.flatMap { run -> [Substring] in
            guard run.contains(where: SpacelessText.isWord) else { return [run] }
            var words: [Substring] = []
            var start = run.startIndex
            while start < run.endIndex {
                var end = run.index(after: start)
                if !SpacelessText.isWord(run[start]) {
                    while end < run.endIndex, !SpacelessText.isWord(run[end]) { end = run.index(after: end) }
                }
                words.append(run[start..<end])
                start = end
            }
            return words
        }
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
