import Foundation
import ShotlistCore
import Synchronization

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
    private let isComplete = Atomic(false)
    private static let work = ".work"

    /// Begins an export.
    ///
    /// - Throws: ``ShotlistError``: `export_refused` when something is there, or another export is under way;
    ///   `write_failed`, `disk_full`.
    init(_ destination: Destination) throws(ShotlistError) {
        path = destination.path
        part = destination.part
        do {
            try FileManager.default.createDirectory(atPath: destination.parent, withIntermediateDirectories: true)
        } catch {
            throw Trouble.refused(
                "The folder '\(destination.parent)' cannot be made.",
                "See that no file has this name and that you may write there.")
        }
        lock = try PartFolder.claim(part)
    }

    deinit {
        // Another export may have a folder of this name once this one is complete.
        if !isComplete.load(ordering: .relaxed) { PartFolder.remove(part) }
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
            guard name != PartFolder.mark, lstat("\(part)/\(name)", &status) == 0 else { return false }
            return status.st_mode & S_IFMT != S_IFDIR
        }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    /// Gives the folder its name.
    func complete() throws(ShotlistError) {
        guard rename(part, path) == 0 else { throw Trouble.last("give its name to", path) }
        isComplete.store(true, ordering: .relaxed)
        // Until now it has told whose folder this is: one that a kill leaves without it would be nobody's.
        let mark = "\(path)/\(PartFolder.mark)"
        guard unlink(mark) == 0 else { throw Trouble.last("remove", mark) }
        for folder in [path, (path as NSString).deletingLastPathComponent] {
            let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            fsync(descriptor)
            close(descriptor)
        }
    }
}
