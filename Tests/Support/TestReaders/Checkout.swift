import Foundation

/// Files of the checkout, and the readers of exports in it.
public enum Checkout {
    /// The folder of the checkout.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A clip as a reader found it.
    public struct Found: Decodable, Sendable, Hashable, Comparable {
        /// `train` or `validation`.
        public let part: String
        /// The words.
        public let caption: String
        /// Of the video's bytes.
        public let sha256: String

        /// Makes what a reader is to find.
        public init(part: String, caption: String, sha256: String) {
            self.part = part
            self.caption = caption
            self.sha256 = sha256
        }

        /// By part, then by words.
        public static func < (one: Found, other: Found) -> Bool {
            (one.part, one.caption, one.sha256) < (other.part, other.caption, other.sha256)
        }
    }

    /// A cue as a reader found it.
    public struct Cue: Decodable, Sendable, Hashable {
        /// In seconds.
        public let start: Double
        /// In seconds.
        public let end: Double
        /// The words.
        public let caption: String

        /// Makes what a reader is to find.
        public init(start: Double, end: Double, caption: String) {
            self.start = start
            self.end = end
            self.caption = caption
        }
    }

    /// The Python that has the readers' libraries, pyarrow among them; made on first need.
    public static func python() throws -> String { try environment.get() }

    private static let environment = Result {
        try run("/bin/bash", [root.appending(path: "scripts/export/environment.sh").path, "--checks"])
            .split(separator: "\n").last.map(String.init) ?? ""
    }

    /// What a reader makes of an export.
    public static func read<Line: Decodable>(_ reader: String, _ path: String, as _: Line.Type = Found.self) throws
        -> [Line]
    {
        let script = root.appending(path: "scripts/export/checks/read.py").path
        return try run(try python(), ["-B", script, reader, path]).split(separator: "\n").map { line in
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
