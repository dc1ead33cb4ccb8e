/// Words that end an answer and are not part of it (``SamplingParameters/stops``).
package struct StopWords: Sendable {
    /// Those that are one token of the vocabulary: they end the answer when they are picked.
    package private(set) var tokens: Set<Int32> = []
    /// All others, as UTF-8: they end the answer when its text contains them.
    private var words: [[UInt8]] = []
    private var longest = 0

    /// None.
    package init() {}

    /// Words in the text alone.
    package init(words: [String]) {
        self.words = words.map { Array($0.utf8) }.filter { !$0.isEmpty }
        longest = self.words.map(\.count).max() ?? 0
    }

    /// Words, told apart by a vocabulary.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) when one cannot be cut into tokens.
    init(_ stops: [String], vocabulary: LlamaModel) throws {
        var words: [String] = []
        var tokens: Set<Int32> = []
        for stop in stops {
            let cut = try vocabulary.tokens(of: stop, special: true)
            if cut.count == 1 { tokens.insert(cut[0]) }
            // The same text can come from other tokens, unless it is no text at all.
            if cut.count != 1 || !vocabulary.bytes(of: cut[0]).isEmpty { words.append(stop) }
        }
        self.init(words: words)
        self.tokens = tokens
    }

    /// Where the first word in a text begins, of those that are not whole before `end`, the part that was searched.
    package func firstWord(in text: [UInt8], after end: Int) -> Int? {
        guard longest > 0 else { return nil }
        return (max(0, end - longest + 1)..<text.count).first { start in
            words.contains { text[start...].starts(with: $0) }
        }
    }
}
