import Synchronization

/// Lines that one thread adds and another reads.
final class LineCollector: Sendable {
    private let lines = Mutex<[String]>([])

    /// Adds a line.
    func add(_ line: String) {
        lines.withLock { $0.append(line) }
    }

    /// All lines so far.
    var all: [String] { lines.withLock { $0 } }
}
