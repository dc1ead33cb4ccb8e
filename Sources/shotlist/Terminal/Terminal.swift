import Foundation
import Logging
import Synchronization

/// Standard error, shared by messages and by a progress line that stays below them.
final class Terminal: Sendable {
    /// Whether someone is looking: a terminal gets a line that changes in place, anything else plain lines.
    let isInteractive = isatty(STDERR_FILENO) == 1
    private let line = Mutex("")

    /// Prints a line above the progress line.
    func say(_ text: String) {
        line.withLock { line in
            write((line.isEmpty ? "" : "\r\u{1b}[K") + text + "\n" + line)
        }
    }

    /// Replaces the progress line; an empty text takes it away.
    func show(_ text: String) {
        line.withLock { line in
            write("\r\u{1b}[K" + text)
            line = text
        }
    }

    /// A logger whose lines go above the progress line.
    func logger(verbose: Bool) -> Logger {
        var logger = Logger(label: "shotlist") { _ in TerminalLogHandler(terminal: self) }
        logger.logLevel = verbose ? .info : .warning
        return logger
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
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
