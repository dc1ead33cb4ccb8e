import Foundation

@testable import ShotlistCore
@testable import ShotlistLedger

/// Words from files and servers on their way to a terminal, a log or a record.
enum TextParsers {
    @Sendable static func read(_ bytes: Data) {
        let text = String(decoding: bytes, as: UTF8.self)
        for line in [text.printable, text.printableLines] {
            expect(
                line.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) },
                "no code for terminals is left")
        }
        var json = ""
        json.appendJSONString(text)
        let back = try? JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed) as? String
        // NUL and the like may be told in several ways, and all are read as what was written.
        expect(back.map { Array($0.unicodeScalars) == Array(text.unicodeScalars) } ?? false, "JSON gives the text back")
        if let data = Data(hex: text) { expect(data.hex == text, "hexadecimal digits come back") }
        _ = text.prefix(4096).firstMatch(of: /\S+/)
    }
}
