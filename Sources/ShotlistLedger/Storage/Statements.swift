import Foundation
internal import GRDB
import ShotlistCore

extension Database {
    /// Runs one statement, which is prepared once for the connection.
    func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The first number that a statement gives.
    func number(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Int64? {
        try Int64.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    /// What `read` makes of each row. Rows are valid only while it runs.
    func rows<Value>(
        _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ read: (Row) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        var values: [Value] = []
        while let row = try cursor.next() { values.append(try read(row)) }
        return values
    }

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
    /// A column's value. A row of a damaged file throws; GRDB's subscripts would end the process.
    func get<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: String, as type: Value.Type = Value.self
    ) throws -> Value {
        try decode(type, forColumn: column)
    }

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

extension Date {
    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// Milliseconds since 1970. Dates that no clock shows stop at the ends.
    var milliseconds: Int64 {
        Int64(exactly: (timeIntervalSince1970 * 1000).rounded()) ?? (timeIntervalSince1970 < 0 ? .min : .max)
    }
}

/// JSON in a column.
enum ColumnJSON {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // JSON has no infinity; a number that is none must cost neither the caption nor its neighbours in the transaction.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(type, from: Data(text.utf8))
    }

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
