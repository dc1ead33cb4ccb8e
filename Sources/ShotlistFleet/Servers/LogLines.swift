import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What a server prints, line by line.
enum LogLines {
    /// Longer lines are cut, so that a program that never ends one cannot fill the memory.
    private static let mostBytes = 4096

    /// Calls `onLine` for each line until the other side closes. It blocks.
    static func read(_ descriptor: Int32, _ onLine: (String) -> Void) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                if byte == 10 || byte == 13 {
                    say(rest, onLine)
                    rest.removeAll(keepingCapacity: true)
                } else if rest.count < mostBytes {
                    rest.append(byte)
                }
            }
        }
        say(rest, onLine)
    }

    private static func say(_ bytes: [UInt8], _ onLine: (String) -> Void) {
        let line = fit(String(decoding: bytes, as: UTF8.self))
        if !line.isEmpty { onLine(line) }
    }

    /// A line without colours and other commands to a terminal, of at most 300 characters.
    static func fit(_ text: String) -> String {
        let plain = text.replacing(/\u{1b}\[[0-9;?]*[A-Za-z]/, with: "")
        let visible = plain.unicodeScalars.filter {
            !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value)
        }
        let line = String(String.UnicodeScalarView(visible)).trimmingCharacters(in: .whitespaces)
        return line.count > 300 ? line.prefix(300) + "..." : line
    }
}
