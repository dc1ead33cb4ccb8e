/// Which letters a text is written in, by Unicode's blocks.
enum Script: Hashable, Sendable {
    case latin, cyrillic, greek, han, kana, hangul, arabic, hebrew, devanagari, thai, other

    init?(_ scalar: Unicode.Scalar) {
        guard scalar.properties.isAlphabetic else { return nil }
        switch scalar.value {
        case 0x41...0x24f, 0x1e00...0x1eff, 0x2c60...0x2c7f, 0xa720...0xa7ff, 0xff21...0xff5a: self = .latin
        case 0x370...0x3ff, 0x1f00...0x1fff: self = .greek
        case 0x400...0x52f: self = .cyrillic
        case 0x590...0x5ff: self = .hebrew
        case 0x600...0x77f, 0xfb50...0xfdff, 0xfe70...0xfeff: self = .arabic
        case 0x900...0x97f: self = .devanagari
        case 0xe00...0xe7f: self = .thai
        case 0x3040...0x30ff, 0x31f0...0x31ff, 0xff66...0xff9f: self = .kana
        case 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff, 0x20000...0x3134f: self = .han
        case 0x1100...0x11ff, 0x3130...0x318f, 0xac00...0xd7af: self = .hangul
        default: self = .other
        }
    }

    /// How many letters of each a text has. Texts are looked at up to their 4,000th character.
    static func counts(_ text: String) -> [Script: Int] {
        var counts: [Script: Int] = [:]
        for scalar in text.unicodeScalars.prefix(4000) {
            if let script = Script(scalar) { counts[script, default: 0] += 1 }
        }
        return counts
    }

    /// Whether most of a text's letters are of scripts that set no spaces between words.
    static func isWithoutSpaces(_ text: String) -> Bool {
        guard text.utf8.contains(where: { $0 >= 0xe0 }) else { return false }
        let counts = Self.counts(text)
        let without = [Script.han, .kana, .thai].reduce(0) { $0 + counts[$1, default: 0] }
        return without * 2 > counts.values.reduce(0, +)
    }
}
