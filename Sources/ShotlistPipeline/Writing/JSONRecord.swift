import Foundation

/// A JSON object whose numbers keep their types: a whole number of seconds is written `25.0`, as NeMo Curator's Python
/// writes it, so that a strictly typed reader finds one type in all files. `JSONEncoder` would write `25`.
struct JSONRecord: Sendable {
    /// A JSON value.
    enum Value: Sendable {
        case null
        case bool(Bool)
        case integer(Int)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])
    }

    private var fields: [String: Value] = [:]

    /// Sets a key; nil is written as null.
    mutating func set(_ key: String, _ value: (any JSONValueConvertible)?) {
        fields[key] = value?.jsonValue ?? .null
    }

    /// Sets a key unless the value is nil.
    mutating func setIfPresent(_ key: String, _ value: (any JSONValueConvertible)?) {
        guard let value else { return }
        fields[key] = value.jsonValue
    }

    /// The object as text: keys sorted, two spaces to a level, a line break at the end.
    var data: Data {
        var text = ""
        JSONText.write(.object(fields), indent: 0, into: &text)
        text += "\n"
        return Data(text.utf8)
    }
}

/// What a record can hold.
protocol JSONValueConvertible {
    var jsonValue: JSONRecord.Value { get }
}

extension JSONRecord: JSONValueConvertible {
    var jsonValue: Value { .object(fields) }
}
extension Bool: JSONValueConvertible {
    var jsonValue: JSONRecord.Value { .bool(self) }
}
extension Int: JSONValueConvertible {
    var jsonValue: JSONRecord.Value { .integer(self) }
}
extension Double: JSONValueConvertible {
    var jsonValue: JSONRecord.Value { .number(self) }
}
extension String: JSONValueConvertible {
    var jsonValue: JSONRecord.Value { .text(self) }
}
extension Array: JSONValueConvertible where Element: JSONValueConvertible {
    var jsonValue: JSONRecord.Value { .list(map(\.jsonValue)) }
}
extension Dictionary: JSONValueConvertible where Key == String, Value: JSONValueConvertible {
    var jsonValue: JSONRecord.Value { .object(mapValues(\.jsonValue)) }
}
