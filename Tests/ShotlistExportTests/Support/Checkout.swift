import Foundation
import ShotlistExport
import Testing

/// Files of the checkout, and the readers of exports in it.
enum Checkout {
    /// The folder of the checkout.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A clip as a reader found it.
    struct Found: Decodable, Hashable, Comparable {
        let part: String
        let caption: String
        let sha256: String

        static func < (one: Found, other: Found) -> Bool {
            (one.part, one.caption, one.sha256) < (other.part, other.caption, other.sha256)
        }
    }

    /// A cue as a reader found it.
    struct Cue: Decodable, Hashable {
        let start: Double
        let end: Double
        let caption: String
    }

    /// The Python that has the readers' libraries; made on first need.
    private static let python = Result {
        try run("/bin/bash", [root.appending(path: "scripts/export/environment.sh").path, "--checks"])
            .split(separator: "\n").last.map(String.init) ?? ""
    }

    /// What writes Parquet files: the readers' Python has pyarrow, too.
    static func parquet() throws -> ParquetTool {
        ParquetTool(python: try python.get(), script: root.appending(path: "scripts/export/parquet.py").path)
    }

    /// What a reader makes of an export.
    static func read<Line: Decodable>(_ reader: String, _ path: String, as _: Line.Type = Found.self) throws -> [Line] {
        let script = root.appending(path: "scripts/export/checks/read.py").path
        return try run(try python.get(), ["-B", script, reader, path]).split(separator: "\n").map { line in
            try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What a program writes to standard output.
    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = FileManager.default.temporaryDirectory
        let errors = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(said.suffix(3000))")
        }
        return String(decoding: output, as: UTF8.self)
    }
}
