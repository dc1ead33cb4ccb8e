/// A word that only those know who may do something.
struct SecretToken: Sendable {
    /// The word.
    let text: String

    /// A given word.
    init(_ text: String) {
        self.text = text
    }

    /// 32 bytes of the system's randomness, in hexadecimal digits.
    static func random() -> SecretToken {
        var source = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in UInt64.random(in: .min ... .max, using: &source) }
        return SecretToken(words.map { String($0 | 1 << 63, radix: 16) }.joined())
    }

    /// Whether it is the word. How long that takes does not tell how much of it is right.
    func matches(_ other: String?) -> Bool {
        guard let other else { return false }
        let mine = Array(text.utf8)
        let theirs = Array(other.utf8)
        var difference = mine.count ^ theirs.count
        for place in mine.indices {
            difference |= Int(mine[place] ^ (place < theirs.count ? theirs[place] : 0))
        }
        return difference == 0 && !mine.isEmpty
    }
}
