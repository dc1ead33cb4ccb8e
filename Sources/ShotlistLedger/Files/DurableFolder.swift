import Foundation
import ShotlistCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Folders that are on the disk when it is told of what is in them.
///
/// A file that is on the disk in a folder that is not goes with the folder when the power fails.
package enum DurableFolder {
    /// Held while folders are made: who finds a folder that another thread has made finds it on the disk.
    private static let making = Mutex(())

    /// Makes a folder and those above it, and brings each to the disk.
    ///
    /// - Throws: ``ShotlistError``: `output_invalid` when one cannot be made, `disk_full`, `write_failed`.
    package static func make(_ path: String) throws(ShotlistError) {
        try making.withLock { _ throws(ShotlistError) in
            var missing: [String] = []
            var folder = path
            while !folder.isEmpty, folder != "/", !isFolder(folder) {
                missing.append(folder)
                folder = parent(of: folder)
            }
            for folder in missing.reversed() {
                let number = mkdir(folder, 0o777) == 0 ? 0 : errno
                guard number == 0 || isFolder(folder) else {
                    guard number != ENOSPC, number != EDQUOT else { throw failure(folder, number) }
                    throw ShotlistError(
                        .outputInvalid, "The folder '\(path)' cannot be made: \(String(cString: strerror(number))).",
                        remedy: "Give yourself the right to write there, or give another output path.")
                }
                try sync(parent(of: folder))
            }
        }
    }

    /// Brings a folder's names to the disk.
    ///
    /// - Throws: ``ShotlistError``: `disk_full`, `write_failed`.
    package static func sync(_ path: String) throws(ShotlistError) {
        let folder = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            // One in which this user may write and not read cannot be opened.
            guard errno != EACCES, errno != EPERM else { return }
            throw failure(path, errno)
        }
        defer { close(folder) }
        while fsync(folder) != 0 {
            let number = errno
            if number == EINTR { continue }
            // Some file systems cannot sync a folder; the names themselves are changed.
            guard number != EINVAL, number != EOPNOTSUPP, number != ENOSYS else { return }
            throw failure(path, number)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func parent(of path: String) -> String {
        let parent = (path as NSString).deletingLastPathComponent
        return parent.isEmpty && path.hasPrefix("/") ? "/" : parent
    }

    private static func failure(_ path: String, _ number: Int32) -> ShotlistError {
        if number == ENOSPC || number == EDQUOT {
            return ShotlistError(
                .diskFull, "The disk is full: the folder '\(path)' could not be written.",
                remedy: "Free space and run the same command again.")
        }
        return ShotlistError(
            .writeFailed, "The folder '\(path)' cannot be brought to the disk: \(String(cString: strerror(number))).",
            remedy: "Check the disk and run the same command again.")
    }
}
