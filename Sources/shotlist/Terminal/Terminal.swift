import Foundation
import Logging
import ShotlistCore
import ShotlistLogging
import Synchronization

/// How lines on standard error look.
enum LogFormat: String, Sendable, CaseIterable {
    /// Sentences for people.
    case text
    /// An object of JSON a line.
    case json
}

/// Standard error, shared by messages and by a progress line that stays below them.
final class Terminal: Sendable {
    /// How lines look.
    let format: LogFormat
    /// Whether someone is looking: a terminal gets a line that changes in place, anything else plain lines.
    let isInteractive: Bool
    private let line = Mutex("")

    /// Takes standard error.
    init(format: LogFormat = .text) {
        self.format = format
        isInteractive = format == .text && isatty(STDERR_FILENO) == 1
    }

    /// Prints a line above the progress line: a note when it has no level. Names and words of files may be in it: they print
    /// as words only.
    func say(_ text: String, level: Logger.Level? = nil) {
        guard format == .text else {
            return log(LogLine(level: (level ?? .notice).rawValue, message: text))
        }
        let sentence = (level.map { "\($0): " + text } ?? text).printableLines
        line.withLock { line in
            write((line.isEmpty ? "" : "\r\u{1b}[K") + sentence + "\n" + line)
        }
    }

    /// Writes a line of the JSON log; as text there is none.
    func log(_ entry: LogLine) {
        guard format == .json else { return }
        let text = entry.text
        line.withLock { _ in write(text) }
    }

    /// Says why the command ends.
    func fail(_ error: any Error) {
        guard format == .json else { return write("shotlist: \("\(error)".printableLines)\n") }
        var entry = LogLine(level: Logger.Level.error.rawValue, event: "failed", message: "\(error)")
        if let error = error as? ShotlistError { entry.metadata["code"] = .text(error.code.rawValue) }
        log(entry)
    }

    /// Replaces the progress line; an empty text takes it away.
    func show(_ text: String) {
        let text = text.printable
        line.withLock { line in
            write("\r\u{1b}[K" + text)
            line = text
        }
    }

    /// A logger whose lines go above the progress line.
    func logger(verbose: Bool) -> Logger {
        var logger = Logger(label: "shotlist") { _ in self.handler }
        logger.logLevel = verbose ? .info : .warning
        return logger
    }

    /// Lets all packages log here, where lines are JSON: one that wrote by itself would break the format. Once in a
    /// process.
    func takeAllLogs() {
        guard format == .json else { return }
        LoggingSystem.bootstrap { _ in self.handler }
    }

    private var handler: any LogHandler {
        switch format {
        case .text: TerminalLogHandler(terminal: self)
        case .json: JSONLogHandler { self.log($0) }
        }
    }

    private func write(_ text: String) {
        // A log that takes nothing any more (a full disk, a reader that left) must not end the run.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

/// Log lines as sentences: the level, then the message.
private struct TerminalLogHandler: LogHandler {
    let terminal: Terminal
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        terminal.say("\(event.level): \(event.message)")
    }
}
