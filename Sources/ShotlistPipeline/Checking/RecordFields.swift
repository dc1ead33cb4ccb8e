import Foundation
import ShotlistCore

/// A JSON object of a record, read with the types that it was written with.
struct RecordFields {
    let all: [String: Any]

    /// Reads a file's object.
    ///
    /// - Throws: what reading throws; `RecordUnreadable` for what is no object.
    init(path: String) throws {
        try self.init(data: Data(contentsOf: URL(filePath: path)))
    }

    /// Reads an object.
    ///
    /// - Throws: what reading throws; `RecordUnreadable` for what is no object.
    init(data: Data) throws {
        let value = try JSONSerialization.jsonObject(with: data)
        guard let fields = value as? [String: Any] else { throw RecordUnreadable() }
        all = fields
    }

    init(_ fields: [String: Any]) {
        all = fields
    }

    func text(_ key: String) -> String? { all[key] as? String }
    /// A whole number; what is larger than JSON can tell exactly is none, and sums of two others always fit.
    func integer(_ key: String) -> Int? {
        (all[key] as? Int).flatMap { $0.magnitude <= 1 << 53 ? $0 : nil }
    }
    /// A number as it stands there. Foundation takes numbers through `Decimal` on Linux, and what it makes of that as a
    /// `Double` is off in the last digits: 3.4482758620689657 is read as 3.4482758620689666.
    func number(_ key: String) -> Double? { (all[key] as? NSNumber).flatMap { Double($0.stringValue) } }
    func object(_ key: String) -> RecordFields? { (all[key] as? [String: Any]).map { RecordFields($0) } }
    func objects(_ key: String) -> [RecordFields] {
        (all[key] as? [[String: Any]] ?? []).map { RecordFields($0) }
    }

    /// A reason out of a code and a sentence.
    func reason(_ prefix: String = "") -> WindowReason? {
        text(prefix + "reason").map { WindowReason(code: $0, message: text(prefix + "reason_text") ?? "") }
    }

    /// A status.
    func status(_ prefix: String = "") -> WindowStatus? {
        text(prefix + "status").flatMap { WindowStatus(rawValue: $0) }
    }

    /// Flags.
    func flags(_ prefix: String = "") -> [WindowFlag] {
        (all[prefix + "flags"] as? [String] ?? []).compactMap { WindowFlag(rawValue: $0) }
    }

    /// Words under keys with an ending, by what is before it.
    func texts(endingIn ending: String) -> [String: String] {
        var found: [String: String] = [:]
        for (key, value) in all where key.hasSuffix(ending) {
            if let text = value as? String { found[String(key.dropLast(ending.count))] = text }
        }
        return found
    }
}

/// A record that no version of this program wrote.
struct RecordUnreadable: Error {}
