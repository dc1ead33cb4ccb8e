import Foundation
import ShotlistCore

/// The folder of an export in the making. It has another name, `<name>.part`, until all of it is there.
///
/// A folder that a killed export left is emptied by the next; one in which another works is not touched. What is not
/// completed is removed with this object.
final class ExportFolder: Sendable {
    /// Where the export is going to be.
    let path: String
    /// Where it is now.
    let part: String
    private let lock: Int32
    private static let marker = ".shotlist-export"
    private static let work = ".work"

    /// Begins an export.
    ///
    /// - Throws: ``ShotlistError``: `export_refused` when something is there, or another export is under way;
    ///   `write_failed`, `disk_full`.
    init(_ path: String) throws(ShotlistError) {
        self.path = try Self.destination(path)
        part = self.path + ".part"
        let parent = (self.path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw Trouble.refused(
                "The folder '\(parent)' cannot be made.",
                "See that no file has this name and that you may write there.")
        }
        lock = try Self.claim(part)
    }

    deinit {
        if access("\(part)/\(Self.marker)", F_OK) == 0 { try? FileManager.default.removeItem(atPath: part) }
        close(lock)
    }

    /// Makes a folder of the export and those above it.
    func makeFolder(_ name: String) throws(ShotlistError) {
        do {
            try FileManager.default.createDirectory(
                atPath: name.isEmpty ? part : "\(part)/\(name)", withIntermediateDirectories: true)
        } catch {
            throw Trouble.failed("make the folder", "\(part)/\(name)", error)
        }
    }

    /// Where a file is put that is not part of the export; gone when that is complete.
    func workFile(_ name: String) throws(ShotlistError) -> String {
        try makeFolder(Self.work)
        return "\(part)/\(Self.work)/\(name)"
    }

    /// Removes what is not part of the export.
    func removeWork() throws(ShotlistError) {
        guard access("\(part)/\(Self.work)", F_OK) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: "\(part)/\(Self.work)")
        } catch {
            throw Trouble.failed("remove", "\(part)/\(Self.work)", error)
        }
    }

    /// Every file of the export, by its path below the folder, sorted.
    func files() -> [String] {
        (FileManager.default.subpaths(atPath: part) ?? []).filter { name in
            var status = stat()
            guard name != Self.marker, lstat("\(part)/\(name)", &status) == 0 else { return false }
            return status.st_mode & S_IFMT != S_IFDIR
        }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    /// Gives the folder its name.
    func complete() throws(ShotlistError) {
        let mark = "\(part)/\(Self.marker)"
        guard unlink(mark) == 0 else { throw Trouble.last("remove", mark) }
        guard rename(part, path) == 0 else {
            let trouble = Trouble.last("give its name to", path)
            // With the mark it is removed, or by the next export.
            close(open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644))
            throw trouble
        }
        let parent = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }

    /// The whole path, after checking that there is nothing.
    private static func destination(_ path: String) throws(ShotlistError) -> String {
        let url = URL(filePath: path).standardizedFileURL
        var whole = url.path(percentEncoded: false)
        while whole.count > 1, whole.hasSuffix("/") { whole.removeLast() }
        guard !path.isEmpty, whole != "/" else {
            throw Trouble.refused("'\(path)' is no folder to export to.", "Give --to the name of a new folder.")
        }
        // A link to an empty folder stays one.
        if let real = realpath(whole, nil) {
            whole = String(cString: real)
            free(real)
        }
        var status = stat()
        guard lstat(whole, &status) == 0 else { return whole }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw Trouble.refused("'\(whole)' is there already, and is no folder.", "Give --to another name.")
        }
        let names = try? FileManager.default.contentsOfDirectory(atPath: whole)
        guard let names, names.isEmpty else {
            throw Trouble.refused(
                "The folder '\(whole)' is not empty, and an export goes into a folder of its own.",
                "Give --to another name, or remove what is there.")
        }
        return whole
    }

    /// Makes the folder and holds its lock; one that was left is emptied.
    private static func claim(_ part: String) throws(ShotlistError) -> Int32 {
        let mark = "\(part)/\(marker)"
        if mkdir(part, 0o777) != 0 {
            guard errno == EEXIST else { throw Trouble.last("make the folder", part) }
            let old = open(mark, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
            guard old >= 0 else {
                throw Trouble.refused(
                    "'\(part)' is there already, and no export has made it.",
                    "Move it away, or give --to another name.")
            }
            defer { close(old) }
            guard flock(old, LOCK_EX | LOCK_NB) == 0 else {
                throw Trouble.refused("Another export works in '\(part)'.", "Wait for it, or give --to another name.")
            }
            do {
                try FileManager.default.removeItem(atPath: part)
            } catch {
                throw Trouble.failed("remove", part, error)
            }
            guard mkdir(part, 0o777) == 0 else { throw Trouble.last("make the folder", part) }
        }
        let lock = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw Trouble.last("write", mark) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw Trouble.refused("Another export works in '\(part)'.", "Wait for it, or give --to another name.")
        }
        return lock
    }
}
