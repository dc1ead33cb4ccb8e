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

    /// The first text that a statement gives.
    func text(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> String? {
        try String.fetchOne(cachedStatement(sql: sql), arguments: arguments)
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

    /// Calls `read` with each row, of a statement that is asked once and so is not kept.
    func each(
        _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ read: (Row) throws -> Void
    ) throws {
        let cursor = try Row.fetchCursor(self, sql: sql, arguments: arguments)
        while let row = try cursor.next() { try read(row) }
    }
}

extension Row {
    /// A column's value. A row of a damaged file throws; GRDB's subscripts would end the process.
    func get<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: String, as type: Value.Type = Value.self
    ) throws -> Value {
        try decode(type, forColumn: column)
    }

    /// The same by the column's place, where many rows are read.
    func at<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ place: Int, as type: Value.Type = Value.self
    ) throws -> Value {
        try decode(type, atIndex: place)
    }

    /// A window's name out of three columns.
    func key() throws -> WindowKey {
        guard let clip = UUID(uuidString: try get("clip", as: String.self)) else { throw RowUnreadable() }
        return WindowKey(clip: clip, start: try get("first"), end: try get("last"))
    }
}

/// A row that holds what no version of this program writes.
struct RowUnreadable: Error {}

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
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
