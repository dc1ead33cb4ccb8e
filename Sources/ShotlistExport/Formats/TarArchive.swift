internal import CArchive
import Foundation
import ShotlistCore

/// A tar file in the making, by libarchive. Members have no owner and no date, so that the same members give the same
/// bytes. For one thread.
final class TarArchive {
    private let archive: OpaquePointer
    private let path: String
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    /// Makes the file; there is none of that name yet.
    init(_ path: String) throws(ShotlistError) {
        guard let archive = archive_write_new() else {
            throw ShotlistError(.outOfMemory, "The archive '\(path)' cannot be written: not enough memory.")
        }
        self.archive = archive
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        // From here on deinit runs even if this initialiser throws.
        guard descriptor >= 0 else { throw Trouble.last("write", path) }
        // Plain ustar headers, and pax ones only for what does not fit into these, such as files of 8 GiB.
        try check(archive_write_set_format_pax_restricted(archive))
        try check(archive_write_add_filter_none(archive))
        try check(archive_write_open_fd(archive, descriptor))
    }

    deinit {
        archive_write_free(archive)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Adds a file with these bytes.
    func add(_ bytes: Data, as name: String) throws(ShotlistError) {
        try begin(name, size: bytes.count)
        let written = bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw broken(written) }
        try check(archive_write_finish_entry(archive))
    }

    /// Adds the file at a path.
    func add(fileAt source: String, as name: String) throws(ShotlistError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw Trouble.last("read", source) }
        defer { close(input) }
        var status = stat()
        guard fstat(input, &status) == 0 else { throw Trouble.last("read", source) }
        var left = Int(status.st_size)
        try begin(name, size: left)
        while left > 0 {
            let count = buffer.withUnsafeMutableBytes { read(input, $0.baseAddress, min($0.count, left)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw ShotlistError(
                    .unreadable, "The file '\(source)' became shorter while it was read.",
                    remedy: "Wait until nothing writes to it, and run the command again.")
            }
            let written = buffer.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, count) }
            guard written == count else { throw broken(written) }
            left -= count
        }
        try check(archive_write_finish_entry(archive))
    }

    /// Ends the archive and waits for the disk.
    func finish() throws(ShotlistError) {
        try check(archive_write_close(archive))
        guard fsync(descriptor) == 0 else { throw Trouble.last("write", path) }
    }

    private func begin(_ name: String, size: Int) throws(ShotlistError) {
        guard let entry = archive_entry_new() else {
            throw ShotlistError(.outOfMemory, "The archive '\(path)' cannot be written: not enough memory.")
        }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, name)
        archive_entry_set_size(entry, Int64(size))
        archive_entry_set_filetype(entry, UInt32(S_IFREG))
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_mtime(entry, 0, 0)
        try check(archive_write_header(archive, entry))
    }

    private func check(_ status: Int32) throws(ShotlistError) {
        try ArchiveStatus.check(status, archive, path)
    }

    /// The error for fewer bytes than were given.
    private func broken(_ written: Int) -> ShotlistError {
        do throws(ShotlistError) {
            try check(written < 0 ? Int32(clamping: written) : ARCHIVE_FATAL)
        } catch {
            return error
        }
        return Trouble.refused("The archive '\(path)' cannot be written.", "Check the disk.")
    }
}
