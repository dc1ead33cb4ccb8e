import Foundation
import ShotlistCore

/// A video's subtitles.
struct SubtitleFile: Sendable {
    /// The video's path as it was given.
    let source: String
    /// The subtitles' path: below a folder, or beside the video.
    let path: String
    let text: String
    let cues: Int
    let seconds: Double

    /// Puts the file there; it has its name only when all of it is on the disk.
    ///
    /// - Parameter replaces: whether another of its name is written over; otherwise one that came meanwhile is an error.
    func place(replaces: Bool) throws(ShotlistError) {
        // Some file systems take names of 255 bytes, which leaves no room for more.
        let folder = (path as NSString).deletingLastPathComponent
        let temporary = "\(folder.isEmpty ? "." : folder)/.shotlist-\(UUID().uuidString).tmp"
        defer { unlink(temporary) }
        try TextFile.write(text, to: temporary)
        if !replaces {
            guard link(temporary, path) != 0 else { return }
            if errno == EEXIST { throw isTaken }
            // A file system without second names.
            guard [EPERM, EMLINK, EOPNOTSUPP, ENOSYS].contains(errno) else { throw Trouble.last("write", path) }
            guard access(path, F_OK) != 0 else { throw isTaken }
        }
        guard rename(temporary, path) == 0 else { throw Trouble.last("write", path) }
    }

    /// Whether there is a file of these words already.
    ///
    /// - Throws: ``ShotlistError`` (`export_refused`) where there is something else that is not to be written over.
    func isThere(replaces: Bool) throws(ShotlistError) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        let isFile = status.st_mode & S_IFMT == S_IFREG
        if isFile, (try? Data(contentsOf: URL(filePath: path))) == Data(text.utf8) { return true }
        guard replaces, isFile else { throw isTaken }
        return false
    }

    private var isTaken: ShotlistError {
        Trouble.refused(
            "'\(path)' is there already, with other words.", "Give --replace to write over it, or --to a folder.")
    }
}
