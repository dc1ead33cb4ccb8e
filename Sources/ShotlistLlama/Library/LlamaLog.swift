internal import CLlama
import Logging
import Synchronization

/// Where llama.cpp's log goes: to swift-log at level debug, and its errors into the message of the failure that
/// follows them.
enum LlamaLog {
    private static let logger = Logger(label: "llama.cpp")
    private static let kept = Mutex<[String]>([])
    private static let keptLines = 20

    /// Installs the handlers and the backends, once in a process.
    static let installed: Void = {
        llama_log_set({ level, text, _ in LlamaLog.take(level, text) }, nil)
        mtmd_log_set({ level, text, _ in LlamaLog.take(level, text) }, nil)
        llama_backend_init()
    }()

    /// Forgets what was kept, before something that may fail.
    static func forget() {
        kept.withLock { $0.removeAll() }
    }

    /// The error lines since ``forget()``, joined; empty when llama.cpp was silent.
    static var complaint: String {
        kept.withLock { $0.joined(separator: "; ") }
    }

    private static func take(_ level: ggml_log_level, _ text: UnsafePointer<CChar>?) {
        guard let text else { return }
        let line = String(cString: text).trimmed
        guard !line.isEmpty else { return }
        logger.debug("\(line)")
        tell(line, isError: level == GGML_LOG_LEVEL_ERROR)
        guard level == GGML_LOG_LEVEL_ERROR else { return }
        kept.withLock { lines in
            if lines.count < keptLines { lines.append(line) }
        }
    }
}

extension String {
    /// Without white space and line ends on either side.
    var trimmed: String {
        var slice = self[...]
        while slice.first?.isWhitespace == true { slice.removeFirst() }
        while slice.last?.isWhitespace == true { slice.removeLast() }
        return String(slice)
    }
}
