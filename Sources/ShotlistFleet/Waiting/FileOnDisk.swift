import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// A part of a file on the disk that has no name, so that it goes when nobody holds it, whatever ends the process.
struct FileOnDisk: EncodedFile {
    private let file: NamelessFile
    private let start: Int
    let count: Int

    var isOnDisk: Bool { true }

    func read(_ range: Range<Int>) throws(ShotlistError) -> Data {
        try file.read(start + range.lowerBound..<start + range.upperBound)
    }

    /// Writes files one behind the other.
    ///
    /// - Throws: ``ShotlistError``: `write_failed`, or `disk_full`.
    static func files(_ files: [Data], in folder: String) throws(ShotlistError) -> [FileOnDisk] {
        let file = try NamelessFile(in: folder)
        var written: [FileOnDisk] = []
        var start = 0
        for data in files {
            try file.write(data, at: start)
            written.append(FileOnDisk(file: file, start: start, count: data.count))
            start += data.count
        }
        return written
    }
}

/// An open file without a name.
private final class NamelessFile: Sendable {
    private let descriptor: Int32
    private let folder: String

    init(in folder: String) throws(ShotlistError) {
        self.folder = folder
        let path = "\(folder)/shotlist-\(UUID().uuidString.lowercased())"
        descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(errno, in: folder) }
        // The name is taken away at once.
        unlink(path)
    }

    deinit { close(descriptor) }

    func write(_ data: Data, at start: Int) throws(ShotlistError) {
        let trouble = data.withUnsafeBytes { bytes -> Int32 in
            var done = 0
            while done < bytes.count {
                let count = pwrite(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(start + done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : EIO }
                done += count
            }
            return 0
        }
        if trouble != 0 { throw Self.failure(trouble, in: folder) }
    }

    func read(_ range: Range<Int>) throws(ShotlistError) -> Data {
        var data = Data(count: range.count)
        let trouble = data.withUnsafeMutableBytes { bytes -> Int32 in
            var done = 0
            while done < bytes.count {
                let count = pread(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
                    off_t(range.lowerBound + done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : EIO }
                done += count
            }
            return 0
        }
        guard trouble == 0 else {
            throw ShotlistError(
                .unreadable, "Frames that waited in '\(folder)' cannot be read: \(String(cString: strerror(trouble))).",
                remedy: "See to that disk, or let them wait elsewhere (TMPDIR).")
        }
        return data
    }

    private static func failure(_ number: Int32, in folder: String) -> ShotlistError {
        ShotlistError(
            number == ENOSPC ? .diskFull : .writeFailed,
            "Frames cannot wait in '\(folder)': \(String(cString: strerror(number))).",
            remedy: "Let them wait elsewhere (TMPDIR).")
    }
}
