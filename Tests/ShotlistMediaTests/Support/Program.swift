import Foundation

/// Programs that tests run beside Shotlist.
enum Program {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The folder of the checkout.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// What `program`, a path or a name to be found on the PATH, writes to standard output.
    ///
    /// - Throws: ``Failure`` with what it wrote to standard error, when it fails.
    @discardableResult
    static func output(of program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.standardOutput = pipe
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(said)")
        }
        return data
    }

    /// The last line that a script of the checkout prints.
    static func lastLine(ofScript path: String) throws -> String {
        let data = try output(of: root.appendingPathComponent(path).path, [])
        guard let line = String(decoding: data, as: UTF8.self).split(separator: "\n").last else {
            throw Failure(description: "\(path) printed nothing")
        }
        return String(line)
    }
}
