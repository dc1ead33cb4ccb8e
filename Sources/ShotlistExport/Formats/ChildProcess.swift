import Foundation
import ShotlistCore

/// A program that is run to its end.
enum ChildProcess {
    /// How it ended, and what it said.
    struct Ending {
        let status: Int32
        let output: String
        /// The last line of its standard error, or how it ended where it said nothing.
        let lastError: String
    }

    /// How often a flag is looked at while a program runs, in seconds.
    private static let step = 0.1
    /// For how long a program that is asked to end may go on, in seconds.
    private static let patience = 5.0

    /// Runs a program. What it says goes to files, which take all of it. Blocks.
    ///
    /// - Parameter stop: when it is set, the program is ended with all that it has started.
    /// - Throws: ``ShotlistError``: `not_available` when it cannot be started, `cancelled`.
    static func run(_ program: String, _ arguments: [String], _ stop: StopFlag) throws(ShotlistError) -> Ending {
        try stop.check()
        let folder = FileManager.default.temporaryDirectory.appending(path: "shotlist-export-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let (output, errors) = (folder.appending(path: "output"), folder.appending(path: "errors"))
        let ending: Ending
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for file in [output, errors] { try Data().write(to: file) }
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = arguments
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: errors)
            let hasEnded = DispatchSemaphore(value: 0)
            process.terminationHandler = { _ in hasEnded.signal() }
            try process.run()
            wait(for: process.processIdentifier, hasEnded, stop)
            process.waitUntilExit()
            let complaints = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            ending = Ending(
                status: process.terminationStatus,
                output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
                lastError: complaints.split(separator: "\n").last.map(String.init)
                    ?? "it ended with \(process.terminationStatus)")
        } catch {
            throw ShotlistError(
                .notAvailable, "The program '\(program)' could not be started.", remedy: "Check that it is there.")
        }
        // A program that was ended has failed by that, whatever it says.
        try stop.check()
        return ending
    }

    /// Waits until a process has ended; asked to stop, it is asked to end, and after a while it is ended.
    private static func wait(for process: Int32, _ hasEnded: DispatchSemaphore, _ stop: StopFlag) {
        while hasEnded.wait(timeout: .now() + step) == .timedOut {
            guard stop.isSet else { continue }
            end(process, SIGTERM)
            if hasEnded.wait(timeout: .now() + patience) == .timedOut { end(process, SIGKILL) }
            return
        }
    }

    /// Foundation gives a process a group of its own, which what it starts belongs to.
    private static func end(_ process: Int32, _ number: Int32) {
        if kill(-process, number) != 0 { kill(process, number) }
    }
}
