import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Database {
    /// The row of some settings, which is added where it is missing.
    func id(of key: WorkKey) throws -> Int64 {
        if let id = try number("SELECT id FROM settings WHERE hash = ?", [key.hash]) { return id }
        try run("INSERT INTO settings (hash, json) VALUES (?, ?)", [key.hash, key.settings])
        return lastInsertedRowID
    }

    /// The row of some settings; nil without any.
    func optionalID(of key: WorkKey?) throws -> Int64? {
        guard let key else { return nil }
        return try id(of: key)
    }
}

extension Row {
    /// A reason out of two columns.
    func reason(_ code: String, _ text: String) throws -> WindowReason? {
        guard let code = try get(code, as: String?.self) else { return nil }
        return WindowReason(code: code, message: try get(text, as: String?.self) ?? "")
    }

    /// A moment out of milliseconds since 1970.
    func date(_ column: String) throws -> Date {
        Date(milliseconds: try get(column, as: Int64.self))
    }

    /// The proof of a file out of two columns; nil when it is not there.
    func proof(_ bytes: String, _ sha256: String) throws -> FileProof? {
        guard let count = try get(bytes, as: Int?.self), let hash = try get(sha256, as: Data?.self) else { return nil }
        return FileProof(bytes: count, sha256: hash.hex)
    }
}

extension ColumnJSON {
    /// The text of a dictionary; nil when it is empty.
    static func text<Value: Encodable>(ofAny values: [String: Value]) throws -> String? {
        guard !values.isEmpty else { return nil }
        return try text(values)
    }

    /// The dictionary of a text; empty without one.
    static func values<Value: Decodable>(_ type: Value.Type, _ text: String?) throws -> [String: Value] {
        try text.map { try value([String: Value].self, $0) } ?? [:]
    }
}
