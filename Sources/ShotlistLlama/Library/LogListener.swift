import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

extension LlamaLog {
    private static let listeners = Mutex<[UInt: LogListener]>([:])

    /// Runs `body` and hands what llama.cpp says on this thread meanwhile to `onLine`, on this thread.
    ///
    /// - Returns: what `body` returns, and the lines that were errors.
    static func listening<Value>(
        _ onLine: @escaping (String) -> Void, during body: () -> Value
    ) -> (value: Value, errors: [String]) {
        _ = installed
        let listener = LogListener(onLine)
        let thread = UInt(pthread_self())
        listeners.withLock { $0[thread] = listener }
        defer { listeners.withLock { $0[thread] = nil } }
        return (body(), listener.errors)
    }

    /// Tells a line to whoever listens on this thread.
    static func tell(_ line: String, isError: Bool) {
        let listener = listeners.withLock { $0[UInt(pthread_self())] }
        listener?.take(line, isError: isError)
    }
}

/// Takes the lines of one thread.
///
/// Unchecked: an object is only used on the thread that it was made on, which is the key it is found by.
private final class LogListener: @unchecked Sendable {
    private let onLine: (String) -> Void
    private(set) var errors: [String] = []

    init(_ onLine: @escaping (String) -> Void) {
        self.onLine = onLine
    }

    func take(_ line: String, isError: Bool) {
        if isError { errors.append(line) }
        onLine(line)
    }
}
