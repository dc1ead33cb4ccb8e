import Foundation
import ShotlistCore

/// The folder in which an export is made, and the mark in it that says so. Whoever works there holds the mark's lock.
enum PartFolder {
    /// The mark's name.
    static let mark = ".shotlist-export"

    /// Makes the folder, or takes over one that was left, and empties it.
    ///
    /// - Returns: a descriptor that holds the lock.
    /// - Throws: ``ShotlistError``: `export_refused` where another works in it, or what is there is no export's;
    ///   `write_failed`, `disk_full`.
    static func claim(_ part: String) throws(ShotlistError) -> Int32 {
        if mkdir(part, 0o777) != 0 {
            guard errno == EEXIST else { throw Trouble.last("make the folder", part) }
            try checkIsFolder(part)
            if let lock = try takeOver(part) { return lock }
        }
        let file = "\(part)/\(mark)"
        let lock = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard lock >= 0 else {
            let trouble = errno == EEXIST ? isBusy(part) : Trouble.last("write", file)
            // Only an empty one goes.
            rmdir(part)
            throw trouble
        }
        guard holds(lock, file) else {
            close(lock)
            throw isBusy(part)
        }
        return lock
    }

    /// Removes the folder. The mark goes last: what is left where this is cut short is known by it.
    static func remove(_ part: String) {
        guard (try? empty(part)) != nil else { return }
        unlink("\(part)/\(mark)")
        rmdir(part)
    }

    /// The lock of a folder that a killed export left, which is emptied; nil where it is empty and has no mark.
    private static func takeOver(_ part: String) throws(ShotlistError) -> Int32? {
        let file = "\(part)/\(mark)"
        let lock = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard lock >= 0 else {
            if let names = try? FileManager.default.contentsOfDirectory(atPath: part), names.isEmpty { return nil }
            throw Trouble.refused(
                "'\(part)' is there already, and no export has made it.",
                "Move it away, or give --to another name.")
        }
        guard holds(lock, file) else {
            close(lock)
            throw isBusy(part)
        }
        do throws(ShotlistError) {
            try empty(part)
        } catch {
            close(lock)
            throw error
        }
        return lock
    }

    /// Locks the mark; false where another has the lock, or has finished meanwhile, so that this is no mark any more.
    private static func holds(_ lock: Int32, _ file: String) -> Bool {
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return false }
        var (locked, there) = (stat(), stat())
        guard fstat(lock, &locked) == 0, lstat(file, &there) == 0 else { return false }
        return locked.st_ino == there.st_ino && locked.st_dev == there.st_dev
    }

    /// Removes all but the mark.
    private static func empty(_ part: String) throws(ShotlistError) {
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: part) where name != mark {
                try FileManager.default.removeItem(atPath: "\(part)/\(name)")
            }
        } catch {
            throw Trouble.failed("remove what is in", part, error)
        }
    }

    private static func checkIsFolder(_ part: String) throws(ShotlistError) {
        var status = stat()
        guard lstat(part, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw Trouble.refused(
                "'\(part)' is there already, and is no folder.", "Move it away, or give --to another name.")
        }
    }

    private static func isBusy(_ part: String) -> ShotlistError {
        Trouble.refused("Another export works in '\(part)'.", "Wait for it, or give --to another name.")
    }
}
