import Foundation
import ShotlistCore

/// A JSON object of a record, read leniently: a field of another type is one that is not there.
struct JSONFields {
    let all: [String: Any]

    init(_ fields: [String: Any]) {
        all = fields
    }

    /// - Throws: what reading throws; `RecordUnreadable` for what is no object.
    init(data: Data) throws {
        guard let fields = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw RecordUnreadable(why: "it is no JSON object")
        }
        all = fields
    }

    /// A text. SQLite's texts end at the character 0, and so it becomes the mark for what is none.
    func text(_ key: String) -> String? {
        guard let text = all[key] as? String else { return nil }
        return text.utf8.contains(0) ? text.replacing("\0", with: "\u{fffd}") : text
    }

    /// A whole number; what is larger than JSON can tell exactly is none, and sums of two others always fit.
    func integer(_ key: String) -> Int? {
        (all[key] as? Int).flatMap { $0.magnitude <= 1 << 53 ? $0 : nil }
    }

    func number(_ key: String) -> Double? {
        (all[key] as? NSNumber).map(\.doubleValue).flatMap { $0.isFinite ? $0 : nil }
    }

    func object(_ key: String) -> JSONFields? {
        (all[key] as? [String: Any]).map { JSONFields($0) }
    }

    func objects(_ key: String) -> [JSONFields] {
        (all[key] as? [Any] ?? []).compactMap { ($0 as? [String: Any]).map { JSONFields($0) } }
    }

    func texts(_ key: String) -> [String] {
        (all[key] as? [Any] ?? []).compactMap { $0 as? String }
    }

    func integers(_ key: String) -> [Int] {
        (all[key] as? [Any] ?? []).compactMap { $0 as? Int }.filter { $0.magnitude <= 1 << 53 }
    }
}

/// A record that is none.
struct RecordUnreadable: Error {
    let why: String
}
