/// Words for a terminal, as the page's own `quoted` writes them.
enum ShellWord {
    /// A word as one argument of a shell: in plain quotes, or in those of bash and zsh (`$'...'`) where something in it cannot
    /// be seen. It goes by scalars: a quote with an accent on it is one character, and still ends a word.
    static func quoted(_ word: String) -> String {
        let scalars = word.unicodeScalars
        if !scalars.isEmpty, scalars.allSatisfy(isPlain) { return word }
        guard scalars.contains(where: isUnseen) else {
            return "'" + scalars.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
        }
        let signs = scalars.map { sign in
            if sign == "'" || sign == "\\" { return "\\\(sign)" }
            return isUnseen(sign) ? bytes(of: sign) : String(sign)
        }
        return "$'" + signs.joined() + "'"
    }

    private static func isPlain(_ sign: Unicode.Scalar) -> Bool {
        switch sign {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "@", "%", "+", "=", ":", ",", ".", "/", "-": true
        default: false
        }
    }

    /// What a terminal would act on, or would show in another order.
    private static func isUnseen(_ sign: Unicode.Scalar) -> Bool {
        switch sign.value {
        case 0...0x1f, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    private static func bytes(of sign: Unicode.Scalar) -> String {
        String(sign).utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "\\x" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
