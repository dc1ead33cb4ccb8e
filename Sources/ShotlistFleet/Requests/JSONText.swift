import ShotlistCore

/// JSON as it is sent, written by hand: a body holds files that no encoder should see.
enum JSONText {
    /// A string with its quotes.
    static func string(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count + 2)
        result.appendJSONString(text)
        return result
    }

    /// A number; the shortest text that is the same number again.
    static func number(_ value: Double) -> String {
        // 2.0 is sent as 2.0: a server may tell whole numbers from others.
        value.isFinite ? "\(value)" : "0"
    }

    /// Names and values that are JSON already.
    static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(string($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }

    /// Values that are JSON already.
    static func array(_ values: [String]) -> String {
        "[" + values.joined(separator: ",") + "]"
    }
}
