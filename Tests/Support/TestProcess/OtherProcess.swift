import Foundation

/// Another process that uses a database, as a second program on the same output does.
public enum OtherProcess {
    /// Runs Python's lines with `path` and `db`, a connection to it, and closes the connection.
    ///
    /// - Returns: what they printed.
    @discardableResult
    public static func python(_ lines: String, on path: String) throws -> String {
        let script = """
            import sqlite3, sys
            path = sys.argv[1]
            db = sqlite3.connect(path)
            \(lines)
            db.commit()
            db.close()
            """
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, path]
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
