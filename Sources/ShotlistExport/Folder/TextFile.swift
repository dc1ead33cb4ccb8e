import Foundation
import ShotlistCore

/// A file that grows text by text, and is brought to the disk when it is finished. For one thread.
final class TextFile {
    private let path: String
    private let descriptor: Int32
    private var waiting: [UInt8] = []
    private static let most = 1 << 16

    /// Makes the file; there is none of that name yet.
    init(_ path: String) throws(ShotlistError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Trouble.last("write", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Adds text, as UTF-8.
    func add(_ text: String) throws(ShotlistError) {
        waiting += text.utf8
        if waiting.count >= Self.most { try flush() }
    }

    /// Writes what is left, and waits for the disk unless who sums the file up does.
    func finish(waits: Bool = true) throws(ShotlistError) {
        try flush()
        guard !waits || fsync(descriptor) == 0 else { throw Trouble.last("write", path) }
    }

    /// Writes a whole small file.
    ///
    /// - Parameter waits: whether it waits for the disk. ``FileSum`` does that for all files of an export, on many threads.
    static func write(_ text: String, to path: String, waits: Bool = true) throws(ShotlistError) {
        let file = try TextFile(path)
        try file.add(text)
        try file.finish(waits: waits)
    }

    private func flush() throws(ShotlistError) {
        var done = 0
        while done < waiting.count {
            let count = waiting.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Trouble.last("write", path) }
            done += count
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
