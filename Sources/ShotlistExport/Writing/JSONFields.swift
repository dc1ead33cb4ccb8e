import ShotlistCore

/// A JSON object in the making, whose fields stay in the order in which they come.
struct JSONFields {
    private var text = ""
    private let separator: String

    /// An empty object; `separator` stands between fields.
    init(separator: String = ", ") {
        self.separator = separator
    }

    /// The object as text.
    var object: String { "{\(text)}" }
    /// The object over several lines, a field each.
    var lines: String { text.isEmpty ? "{}" : "{\n  \(text)\n}" }

    mutating func add(_ name: String, _ value: String) {
        begin(name)
        text.appendJSONString(value)
    }

    mutating func add(_ name: String, _ value: Int) {
        begin(name)
        text += String(value)
    }

    /// A number with a point, also where it is whole: a typed reader finds one type in all rows.
    mutating func add(_ name: String, _ value: Double) {
        begin(name)
        text += value.isFinite ? value.description : "0.0"
    }

    mutating func add(_ name: String, _ value: Bool) {
        begin(name)
        text += value ? "true" : "false"
    }

    /// A value that is JSON already.
    mutating func add(_ name: String, json value: String) {
        begin(name)
        text += value
    }

    private mutating func begin(_ name: String) {
        if !text.isEmpty { text += separator }
        text.appendJSONString(name)
        text += ": "
    }
}
