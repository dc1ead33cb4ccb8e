import Foundation

/// A line of the log: an object of JSON with the keys `time`, `level`, `message` and `metadata`, and `event` where
/// there is one.
package struct LogLine: Sendable {
    /// When it was.
    package var time: Date
    /// `debug`, `info`, `notice`, `warning` or `error`, as swift-log has them.
    package var level: String
    /// What happened, for programs; nil for what is only a sentence.
    package var event: String?
    /// What happened, in a sentence.
    package var message: String
    /// What is known of it.
    package var metadata: [String: LogValue]

    /// Makes a line of now.
    package init(
        level: String, event: String? = nil, message: String, metadata: [String: LogValue] = [:], time: Date = Date()
    ) {
        self.time = time
        self.level = level
        self.event = event
        self.message = message
        self.metadata = metadata
    }

    /// The line with the line break at its end. Whatever the texts hold, it is the only one.
    package var text: String {
        var line = "{\"time\":\"\(Self.text(of: time))\",\"level\":"
        LogValue.text(level).write(to: &line)
        if let event {
            line += ",\"event\":"
            LogValue.text(event).write(to: &line)
        }
        line += ",\"message\":"
        LogValue.text(message).write(to: &line)
        line += ",\"metadata\":"
        LogValue.object(metadata).write(to: &line)
        return line + "}\n"
    }

    /// A time in UTC to the millisecond, as ISO 8601 writes it: `2025-03-01T17:04:05.123Z`.
    private static func text(of time: Date) -> String {
        let milliseconds = Int(max(0, time.timeIntervalSince1970 * 1000).rounded(.down))
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        var moment = time_t(seconds)
        var parts = tm()
        gmtime_r(&moment, &parts)
        return String(
            format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1,
            Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec), rest)
    }
}
