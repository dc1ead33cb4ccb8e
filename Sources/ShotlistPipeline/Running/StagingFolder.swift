import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// A folder of a run's own for files that are not whole yet.
///
/// It is locked as long as the run lives, so that no other takes it for what a killed run left: processes that read videos
/// may write into this very folder, and not into another of its name.
struct StagingFolder: Sendable {
    /// The folder.
    let url: URL
    private let parent: URL?
    private let lock: Int32

    /// Makes a new folder in `parent`, or in the system's place for temporary files.
    init(_ parent: URL?) throws(ShotlistError) {
        self.parent = parent
        let place = parent ?? FileManager.default.temporaryDirectory
        url = place.appending(path: "shotlist-\(UUID().uuidString.lowercased())", directoryHint: .isDirectory)
        lock = try Self.make(url.path)
    }

    /// Makes and locks the folder.
    private static func make(_ path: String) throws(ShotlistError) -> Int32 {
        var lock: Int32 = -1
        for attempt in 0..<100 {
            do {
                try AtomicFile.makeFolder(path)
            } catch {
                // Another run that ends may take away the folder above, while it is empty.
                guard error.code != .diskFull, attempt < 20 else { throw error }
                usleep(10_000)
                continue
            }
            lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            // Where folders cannot be locked runs cannot share an output.
            if flock(lock, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK, access(path, F_OK) == 0 { return lock }
            // Another run is removing what it takes for a leftover.
            if lock >= 0 { close(lock) }
            usleep(10_000)
        }
        throw ShotlistError(
            .writeFailed, "The folder '\(path)' is removed as often as it is made.",
            remedy: "Check what else works in that folder.")
    }

    /// Removes the folder of another run, unless that one lives.
    ///
    /// - Returns: false when it should have been removed and is still there, because it is written to or cannot be removed.
    static func removeLeftover(_ path: String) -> Bool {
        let lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { return true }
        defer { close(lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return true }
        try? FileManager.default.removeItem(atPath: path)
        return !FileManager.default.fileExists(atPath: path)
    }

    /// Removes the folder and what is left in it, and its parents where they were made for it and are empty.
    func remove() {
        // What cannot be removed is only a left-over; it must not turn a finished run into a failed one.
        try? FileManager.default.removeItem(at: url)
        if lock >= 0 { close(lock) }
        guard let parent else { return }
        for folder in [parent, parent.deletingLastPathComponent()] {
            // Whether it is empty and that it goes are one step: another run may be making its own folder in it.
            guard rmdir(folder.path) == 0 else { return }
        }
    }
}
