/// JSON as text (RFC 8259).
enum JSONText {
    /// Appends a value.
    static func write(_ value: JSONRecord.Value, indent: Int, into text: inout String) {
        switch value {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += String(number)
        // JSON has no infinity; a number that is none is written as nothing known.
        case .number(let number): text += number.isFinite ? number.description : "null"
        case .text(let string): write(string, into: &text)
        case .list(let values):
            let lines = values.map { (key: String?.none, value: $0) }
            write(lines, between: ("[", "]"), indent: indent, into: &text)
        case .object(let fields):
            let lines = fields.sorted { $0.key < $1.key }.map { (key: String?.some($0.key), value: $0.value) }
            write(lines, between: ("{", "}"), indent: indent, into: &text)
        }
    }

    private static func write(
        _ lines: [(key: String?, value: JSONRecord.Value)], between ends: (String, String), indent: Int,
        into text: inout String
    ) {
        text += ends.0
        let margin = "\n" + String(repeating: "  ", count: indent + 1)
        for (index, line) in lines.enumerated() {
            text += index == 0 ? margin : "," + margin
            if let key = line.key {
                write(key, into: &text)
                text += ": "
            }
            write(line.value, indent: indent + 1, into: &text)
        }
        if !lines.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
        text += ends.1
    }

    private static func write(_ string: String, into text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case let scalar where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
