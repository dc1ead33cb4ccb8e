internal import CLibAV
import Foundation
import Logging
import ShotlistCore
import Synchronization

/// What libav has to say: kept for error sentences, passed on to swift-log at debug level, never printed.
enum LibAVLog {
    private struct Line {
        let thread: UInt
        let text: String
    }

    /// What was said on a thread that decides how a file is judged, however much is said after it.
    private struct Refusals {
        var size: PixelSize?
        var stream = false
    }

    private static let kept = 64
    private static let lines = Mutex<[Line]>([])
    private static let refusals = Mutex<[UInt: Refusals]>([:])
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
        forgetRefusals()
    }

    /// Forgets of what was said on this thread only what ``refusedSize`` and ``hasRefusedStream`` tell.
    static func forgetRefusals() {
        let thread = currentThread
        refusals.withLock { refusals in
            if !refusals.isEmpty { refusals[thread] = nil }
        }
    }

    /// The size of the last picture that was not decoded on this thread because of it, since it was asked to forget.
    static var refusedSize: PixelSize? {
        let thread = currentThread
        return refusals.withLock { $0[thread]?.size }
    }

    /// Whether a stream was left out on this thread because there were too many, since it was asked to forget.
    static var hasRefusedStream: Bool {
        let thread = currentThread
        return refusals.withLock { $0[thread]?.stream ?? false }
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
        // Words of the file may be in it.
        text = text.printable
        noteRefusal(text)
        let entry = Line(thread: currentThread, text: text)
        lines.withLock { lines in
            lines.append(entry)
            if lines.count > kept { lines.removeFirst(lines.count - kept) }
        }
        logger.debug("\(text)")
    }

    /// Keeps what libav and dav1d say of a picture that is too large, and libav of a stream too many.
    private static func noteRefusal(_ text: String) {
        let isStream = text.contains("exceeds max_streams")
        var size: PixelSize?
        if text.hasPrefix("Picture size ") || text.hasPrefix("Frame size ") {
            let words = text.split(separator: " ")
            let sides = words.count > 2 ? words[2].split(separator: "x").compactMap { Int($0) } : []
            if sides.count == 2 { size = PixelSize(width: sides[0], height: sides[1]) }
        }
        guard isStream || size != nil else { return }
        let thread = currentThread
        refusals.withLock { refusals in
            // Threads of libav's own come and go, and nobody asks what was said on them.
            if refusals.count >= 1024 { refusals = [:] }
            var own = refusals[thread] ?? Refusals()
            if isStream { own.stream = true }
            own.size = size ?? own.size
            refusals[thread] = own
        }
    }

    private static var currentThread: UInt { UInt(pthread_self()) }
}
