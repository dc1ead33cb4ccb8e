import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// A file of the output that is open for reading, and that lies in the output's folder whatever links lead to it.
///
/// It is opened before it is judged, and what is judged is what was opened: a link that is put in its place meanwhile
/// changes nothing.
final class OutputFile: Sendable {
    /// Its bytes.
    let size: Int
    /// A name for this content of it, for caches.
    let tag: String
    private let descriptor: Int32

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: its path below the folder, made of a window's key.
    ///   - folder: the output folder's own path, without links (``OutputMedia``).
    /// - Throws: ``ShotlistError`` (`unreadable`) when it is not there, no plain file, or not of the folder.
    init(_ path: String, in folder: String) throws(ShotlistError) {
        let refusal = ShotlistError(
            .unreadable, "'\(path)' of the output is not there, or cannot be read.",
            remedy: "Run `shotlist verify` to see what is missing.")
        // A pipe without a writer would be waited for.
        let descriptor = open("\(folder)/\(path)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw refusal }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let place = Self.place(of: descriptor), place.hasPrefix(folder == "/" ? "/" : folder + "/")
        else {
            close(descriptor)
            throw refusal
        }
        self.descriptor = descriptor
        size = Int(status.st_size)
        tag = "\"\(Self.stamp(status))-\(size)\""
    }

    deinit { close(descriptor) }

    /// Reads at most `count` bytes from `offset`; none at the end. It waits for the disk.
    func read(at offset: Int, upTo count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while true {
                let done = pread(descriptor, buffer.baseAddress, count, off_t(offset))
                if done < 0, errno == EINTR { continue }
                guard done >= 0 else { throw CocoaError(.fileReadUnknown) }
                filled = done
                return
            }
        }
    }

    #if os(Linux)
        /// Where the kernel says that an open file is.
        private static func place(of descriptor: Int32) -> String? {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
        }

        private static func stamp(_ status: stat) -> String {
            "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }
    #else
        /// Where the kernel says that an open file is.
        private static func place(of descriptor: Int32) -> String? {
            var buffer = [CChar](repeating: 0, count: Int(MAXPATHLEN))
            guard fcntl(descriptor, F_GETPATH, &buffer) >= 0 else { return nil }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        private static func stamp(_ status: stat) -> String {
            "\(status.st_mtimespec.tv_sec).\(status.st_mtimespec.tv_nsec)"
        }
    #endif
}
