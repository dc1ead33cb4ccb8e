import Logging

/// Writes the messages of swift-log as lines of JSON.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel = Logger.Level.warning
    private let write: @Sendable (LogLine) -> Void

    /// Makes a handler.
    ///
    /// - Parameter write: takes each line, on any thread.
    package init(write: @escaping @Sendable (LogLine) -> Void) {
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        var values = fields.mapValues { LogValue($0) }
        if let error = event.error { values["error"] = .text("\(error)") }
        write(LogLine(level: event.level.rawValue, message: event.message.description, metadata: values))
    }
}
