import Foundation
import ShotlistCore

/// What the store asks of the file system. Every call blocks: call on ``DiskThreads``.
enum Disk {
    /// The size of a regular file; nil when there is none.
    static func size(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Whether a file has the size and the hash that it should have.
    static func holds(_ path: String, size: Int, content: ContentID) throws -> Bool {
        guard self.size(of: path) == size else { return false }
        var hasher = ContentHasher(for: content, size: size)
        guard try read(path, each: { hasher.update($0) }) == size else { return false }
        return hasher.digits() == content.digits
    }

    /// Reads a file in pieces; how many bytes there were.
    @discardableResult
    static func read(_ path: String, each body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiskFailure.now("open", path) }
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        while true {
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw DiskFailure.now("read", path) }
            if count == 0 { return total }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            total += count
        }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ShotlistError(
                .writeFailed, "The folder '\(path)' for models cannot be made.",
                remedy: "Give yourself the right to write there, move away a file of that name, "
                    + "or give another folder with --model-dir.")
        }
    }

    /// Gives a whole file its name and brings the name to the disk.
    static func move(_ source: String, to path: String) throws {
        guard rename(source, path) == 0 else { throw DiskFailure.now("write", path) }
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        // Some file systems cannot sync a folder and say EINVAL; the rename itself has been done.
        _ = fsync(folder)
        close(folder)
    }

    /// Writes a small file under another name, then gives it its own.
    static func write(_ data: Data, to path: String) throws {
        let temporary = "\(path).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw DiskFailure.now("write", path) }
        do {
            defer { close(descriptor) }
            try data.withUnsafeBytes { try write($0, to: descriptor, path: path) }
            guard fsync(descriptor) == 0 else { throw DiskFailure.now("write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try move(temporary, to: path)
    }

    /// Writes all bytes to an open file.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
        var offset = 0
        while offset < bytes.count {
            let count = Foundation.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DiskFailure.now("write", path) }
            offset += count
        }
    }

    /// Bytes that may still be written where `path` is, or the nearest folder above that exists.
    static func freeBytes(at path: String) -> Int? {
        var path = path
        var status = statvfs()
        while statvfs(path, &status) != 0 {
            let above = (path as NSString).deletingLastPathComponent
            guard errno == ENOENT, above != path else { return nil }
            path = above.isEmpty ? "." : above
        }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }
}

/// What the system says when a file cannot be read or written, as a sentence.
enum DiskFailure {
    /// The error that `errno` stands for.
    static func now(_ verb: String, _ path: String) -> ShotlistError {
        let number = errno
        if number == ENOSPC || number == EDQUOT {
            return ShotlistError(
                .diskFull, "The disk is full: '\(path)' could not be written.",
                remedy: "Free space and run the same command again; what is here is kept and continued.")
        }
        return ShotlistError(
            verb == "write" ? .writeFailed : .unreadable,
            "Could not \(verb) '\(path)': \(String(cString: strerror(number))).",
            remedy: "See that you have the right to do so, or give another folder with --model-dir.")
    }
}
