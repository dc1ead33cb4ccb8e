internal import CArchive
import Foundation
import ShotlistCore

/// The numbers by which libarchive's functions tell how they went.
enum ArchiveStatus {
    /// Throws unless a status is that of a success. A warning is none: names and sizes here give no cause for one.
    ///
    /// - Parameters:
    ///   - archive: whose error it is.
    ///   - path: the file that is written, for the sentence.
    static func check(_ status: Int32, _ archive: OpaquePointer, _ path: String) throws(ShotlistError) {
        guard status != ARCHIVE_OK else { return }
        let words = archive_error_string(archive).map { String(cString: $0) } ?? "libarchive's status \(status)"
        let isFull = archive_errno(archive) == ENOSPC || archive_errno(archive) == EDQUOT
        throw ShotlistError(
            isFull ? .diskFull : .writeFailed, "The archive '\(path)' cannot be written: \(words).",
            remedy: isFull ? "Free space and run the same command again." : "Check the disk and run the command again.")
    }
}
