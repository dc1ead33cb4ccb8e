/// Whether a caption is in another language than it should be, told from its letters and its most frequent small words.
///
/// It is made for captions that are in another language as a whole, or in good part: models that were trained on several
/// fall into another one. A foreign name or word is no such thing.
enum Language {
    /// The share of letters that may be of other scripts: names and signs in the picture.
    private static let mostForeign = 0.2

    static func isOther(_ caption: String, _ words: CaptionWords, than code: String) -> Bool {
        let expected = scripts[code] ?? [.latin]
        let counts = Script.counts(caption)
        let letters = counts.values.reduce(0, +)
        guard letters >= 10 else { return false }
        let own = expected.reduce(0) { $0 + counts[$1, default: 0] }
        if Double(letters - own) > mostForeign * Double(letters) { return true }
        // Japanese without one kana is Chinese.
        if code == "ja" { return counts[.kana, default: 0] == 0 }
        guard expected == [.latin], let ownWords = smallWords[code], words.count >= 8 else { return false }
        let score = words.words.count { ownWords.contains(String($0)) }
        return smallWords.contains { other, list in
            guard other != code else { return false }
            let otherScore = words.words.count { list.contains(String($0)) && !ownWords.contains(String($0)) }
            return otherScore >= 4 && otherScore >= 2 * score
        }
    }

    private static let scripts: [String: Set<Script>] = [
        "zh": [.han], "ja": [.han, .kana], "ko": [.hangul, .han], "ru": [.cyrillic], "uk": [.cyrillic],
        "bg": [.cyrillic], "el": [.greek], "ar": [.arabic], "fa": [.arabic], "ur": [.arabic], "he": [.hebrew],
        "hi": [.devanagari], "th": [.thai],
    ]

    /// Articles, prepositions and forms of "to be", by which European languages are told apart.
    private static let smallWords: [String: Set<String>] = [
        "en": [
            "the", "a", "an", "and", "of", "in", "on", "with", "is", "are", "to", "at", "by", "as", "it", "its", "his",
            "her", "from", "this", "that", "while", "over",
        ],
        "de": [
            "der", "die", "das", "ein", "eine", "einen", "einem", "einer", "und", "ist", "sind", "mit", "auf", "im",
            "den", "dem", "des", "zu", "von", "er", "sie", "nicht", "über",
        ],
        "fr": [
            "le", "la", "les", "un", "une", "des", "du", "et", "est", "sont", "dans", "sur", "avec", "qui", "au", "aux",
            "il", "elle", "son", "ses", "pour", "par",
        ],
        "es": [
            "el", "la", "los", "las", "un", "una", "y", "es", "está", "están", "en", "con", "del", "al", "que", "por",
            "su", "sus", "sobre", "para", "se",
        ],
        "it": [
            "il", "lo", "la", "i", "gli", "le", "un", "una", "e", "è", "sono", "in", "con", "di", "del", "della", "che",
            "su", "sul", "nel", "nella", "per",
        ],
        "pt": [
            "o", "a", "os", "as", "um", "uma", "e", "é", "está", "em", "com", "do", "da", "dos", "das", "no", "na",
            "que",
            "por", "seu", "sua", "para",
        ],
        "nl": [
            "de", "het", "een", "en", "van", "is", "zijn", "met", "op", "aan", "die", "dat", "er", "naar", "zich",
            "voor",
            "door", "te",
        ],
        "pl": ["i", "w", "z", "na", "się", "jest", "są", "do", "od", "po", "przez", "który", "która", "oraz", "nie"],
    ]
}
