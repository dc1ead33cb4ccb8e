extension String {
    /// The text without what a terminal or whoever reads a log would take for more than words, since words may be a
    /// file's: codes for terminals (those of one character, too), line ends, marks that turn the direction of writing,
    /// and NUL become visible, as `\u{1b}`.
    package var printable: String {
        guard unicodeScalars.contains(where: Self.isHidden) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in text.append(printable: scalar) }
    }

    /// The same for text of several lines: line ends stay, and what follows one is set in, so that no word of a file
    /// can stand where a line of ours begins.
    package var printableLines: String {
        guard unicodeScalars.contains(where: Self.isHidden) else { return self }
        let ends = hasSuffix("\n")
        let lines = (ends ? dropLast() : self[...]).split(separator: "\n", omittingEmptySubsequences: false)
        let inner = lines.map { String($0).printable }
        let set = inner.dropFirst().map { $0.hasPrefix("    ") ? $0 : "    " + $0 }
        return ([inner[0]] + set).joined(separator: "\n") + (ends ? "\n" : "")
    }

    private mutating func append(printable scalar: Unicode.Scalar) {
        switch scalar {
        case "\n": self += "\\n"
        case "\r": self += "\\r"
        case "\t": self += "\\t"
        case _ where Self.isHidden(scalar): self += "\\u{\(String(scalar.value, radix: 16))}"
        default: unicodeScalars.append(scalar)
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // C0, DEL and C1; line and paragraph ends; marks of direction (Unicode Standard Annex 9).
        case 0..<0x20, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069, 0x200e, 0x200f, 0x61c: true
        default: false
        }
    }
}
