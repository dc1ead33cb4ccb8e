import ShotlistCore

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
        case .text(let string): text.appendJSONString(string)
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
                text.appendJSONString(key)
                text += ": "
            }
            write(line.value, indent: indent + 1, into: &text)
        }
        if !lines.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
        text += ends.1
    }
}
