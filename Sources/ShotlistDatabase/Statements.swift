package import GRDB

extension Database {
    /// Runs one statement, which is prepared once for the connection.
    package func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The first number that a statement gives.
    package func number(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Int64? {
        try Int64.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    /// The first text that a statement gives.
    package func text(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> String? {
        try String.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    /// What `read` makes of each row. Rows are valid only while it runs.
    package func rows<Value>(
        _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ read: (Row) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        var values: [Value] = []
        while let row = try cursor.next() { values.append(try read(row)) }
        return values
    }

    /// Calls `read` with each row, of a statement that is asked once and so is not kept.
    package func each(
        _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ read: (Row) throws -> Void
    ) throws {
        let cursor = try Row.fetchCursor(self, sql: sql, arguments: arguments)
        while let row = try cursor.next() { try read(row) }
    }
}

extension Row {
    /// A column's value. A row of a damaged file throws; GRDB's subscripts would end the process.
    package func get<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: String, as type: Value.Type = Value.self
    ) throws -> Value {
        try decode(type, forColumn: column)
    }

    /// The same by the column's place, where many rows are read.
    package func at<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ place: Int, as type: Value.Type = Value.self
    ) throws -> Value {
        try decode(type, atIndex: place)
    }
}
