import Foundation

/// A program that ends when its standard input does.
final class Leashed: Sendable {
    /// A program that does not say what it should.
    struct Silent: Error, CustomStringConvertible {
        let description: String
    }

    private let name: String
    private let process = Process()
    private let input = Pipe()
    private let output = temporaryFile()
    private let errors = temporaryFile()

    init(_ program: String, _ arguments: [String]) throws {
        name = ([program] + arguments).joined(separator: " ")
        try Data().write(to: output)
        try Data().write(to: errors)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        // It holds the end of the pipe that it reads.
        try input.fileHandleForReading.close()
    }

    deinit {
        try? FileManager.default.removeItem(at: output)
        try? FileManager.default.removeItem(at: errors)
    }

    /// What it has printed so far.
    var all: [String] {
        Self.text(of: output).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// The first lines, when they have come: within five minutes, since a server may be fetched first.
    func lines(_ count: Int) async throws -> [String] {
        for _ in 0..<6000 {
            // What it printed before it ended is there.
            let isRunning = process.isRunning
            let lines = all
            if lines.count >= count { return Array(lines.prefix(count)) }
            guard isRunning else { throw silent("ended") }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw silent("did not say within five minutes what it should")
    }

    private func silent(_ what: String) -> Silent {
        Silent(description: "\(name) \(what). It printed:\n\(Self.text(of: output))\(Self.text(of: errors))")
    }

    private static func text(of file: URL) -> String {
        (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }

    private static func temporaryFile() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "shotlist-leashed-\(UUID().uuidString)")
    }
}
