import Logging
import ShotlistCore

/// A value in a line of the log.
package enum LogValue: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// A number; one that is not finite is written as null.
    case number(Double)
    /// True or false.
    case flag(Bool)
    /// Several values.
    case list([LogValue])
    /// Values by name.
    case object([String: LogValue])

    /// A value of swift-log's metadata; whole numbers and truth values stay what they are.
    package init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .stringConvertible(let value): self = Self.plain(value)
        case .array(let values): self = .list(values.map { LogValue($0) })
        case .dictionary(let fields): self = .object(fields.mapValues { LogValue($0) })
        }
    }

    private static func plain(_ value: any CustomStringConvertible) -> LogValue {
        if let flag = value as? Bool { return .flag(flag) }
        if let number = value as? Int { return .integer(number) }
        if let number = value as? Double { return .number(number) }
        return .text(value.description)
    }

    /// Appends the value as JSON in one line.
    func write(to line: inout String) {
        switch self {
        case .text(let text): line.appendLogString(text)
        case .integer(let number): line += "\(number)"
        case .number(let number): line += number.isFinite ? number.description : "null"
        case .flag(let flag): line += flag ? "true" : "false"
        case .list(let values):
            line += "["
            for (index, value) in values.enumerated() {
                if index > 0 { line += "," }
                value.write(to: &line)
            }
            line += "]"
        case .object(let fields):
            line += "{"
            for (index, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line += "," }
                line.appendLogString(field.key)
                line += ":"
                field.value.write(to: &line)
            }
            line += "}"
        }
    }
}

extension String {
    /// Appends a text as a string of JSON without anything that some reader takes for the end of a line or a command to
    /// a terminal: the controls behind ASCII, and Unicode's two separators, are escaped, too.
    fileprivate mutating func appendLogString(_ text: String) {
        var quoted = ""
        quoted.appendJSONString(text)
        for scalar in quoted.unicodeScalars {
            switch scalar {
            case "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                self += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: unicodeScalars.append(scalar)
            }
        }
    }
}
