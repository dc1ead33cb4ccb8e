internal import CLibAV
import Foundation
import Logging
import Synchronization

/// What libav has to say: kept for error sentences, passed on to swift-log at debug level, never printed.
enum LibAVLog {
    private struct Line {
        let thread: UInt
        let text: String
    }

    private static let kept = 64
    private static let lines = Mutex<[Line]>([])
    private static let logger = Logger(label: "shotlist.media.libav")

    /// Takes libav's log away from standard error; called before libav is first used.
    static func install() { _ = installed }

    /// A global that is made once, however many threads ask.
    private static let installed: Bool = {
        av_log_set_callback { context, level, format, arguments in
            guard level <= AV_LOG_WARNING, let format, let arguments else { return }
            var buffer = [CChar](repeating: 0, count: 512)
            var prefix: Int32 = 1
            av_log_format_line2(context, level, format, arguments, &buffer, Int32(buffer.count), &prefix)
            LibAVLog.keep(String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return true
    }()

    /// Forgets what was said on this thread, so that ``lastMessage()`` belongs to what is done next.
    static func forget() {
        let thread = currentThread
        lines.withLock { $0.removeAll { $0.thread == thread } }
    }

    /// The last thing said on this thread since ``forget()``, without libav's `[name @ address]`.
    static func lastMessage() -> String? {
        let thread = currentThread
        return lines.withLock { $0.last { $0.thread == thread }?.text }
    }

    private static func keep(_ line: String) {
        var text = line.trimmingCharacters(in: .whitespacesAndNewlines)
        while text.hasPrefix("["), let end = text.range(of: "] ") { text.removeSubrange(..<end.upperBound) }
        guard !text.isEmpty else { return }
        let entry = Line(thread: currentThread, text: text)
        lines.withLock { lines in
            lines.append(entry)
            if lines.count > kept { lines.removeFirst(lines.count - kept) }
        }
        logger.debug("\(text)")
    }

    private static var currentThread: UInt { UInt(pthread_self()) }
}
