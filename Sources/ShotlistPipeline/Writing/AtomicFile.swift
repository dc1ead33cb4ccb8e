import Foundation
import ShotlistCore
import ShotlistLedger

#if canImport(Glibc)
    import Glibc
#endif

/// Files that appear under their name only when they are whole.
///
/// Bytes go to a temporary name in the same folder, reach the disk, and only then take the name; the folder is
/// brought to the disk after that.
enum AtomicFile {
    /// Writes `data` as `path`, replacing what is there; makes the folder where it is missing.
    static func write(_ data: Data, to path: String) throws(ShotlistError) {
        let folder = folder(of: path)
        try makeFolder(folder)
        // A name that is nearly as long as names may be leaves no room for more.
        let name = (path as NSString).lastPathComponent
        let short = name.utf8.count > 200 ? ContentHash.sha256(name) : name
        // Runs that share an output may have one number, each in a container of its own.
        let temporary = "\(folder)/.\(short).\(UInt32.random(in: 0 ... .max)).\(getpid()).tmp"
        do throws(ShotlistError) {
            try fill(temporary, with: data)
            try move(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Gives the whole file at `source` the name `path`, replacing what is there.
    static func place(_ source: String, at path: String) throws(ShotlistError) {
        try makeFolder(folder(of: path))
        let descriptor = open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", source) }
        let synced = fsync(descriptor)
        close(descriptor)
        guard synced == 0 else { throw failure("write", source) }
        try move(source, to: path)
    }

    /// Removes a file, and brings that to the disk. One that is not there, or cannot be by its name, is none to remove.
    static func remove(_ path: String) throws(ShotlistError) {
        guard unlink(path) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG else { throw failure("remove", path) }
            return
        }
        try DurableFolder.sync(folder(of: path))
    }

    /// Makes a folder and those above it, each on the disk.
    static func makeFolder(_ path: String) throws(ShotlistError) {
        do throws(ShotlistError) {
            try DurableFolder.make(path)
        } catch {
            try checkFolder(path)
            throw error
        }
    }

    /// Checks that a folder is there or can be: that nothing else has its name or the name of one above it.
    ///
    /// - Throws: ``ShotlistError`` (`output_invalid`).
    static func checkFolder(_ path: String) throws(ShotlistError) {
        guard let file = fileInTheWay(of: path) else { return }
        throw ShotlistError(
            .outputInvalid, "'\(file)' is a file, but a folder is needed there.",
            remedy: "Move the file away, or give another output path.")
    }

    /// The part of a path that exists and is no folder.
    private static func fileInTheWay(of path: String) -> String? {
        var path = path
        while !path.isEmpty, path != "/" {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
                return isFolder.boolValue ? nil : path
            }
            path = (path as NSString).deletingLastPathComponent
        }
        return nil
    }

    private static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private static func fill(_ path: String, with data: Data) throws(ShotlistError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        var offset = 0
        while offset < data.count {
            let written = data.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            }
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { throw failure("write", path) }
            offset += written
        }
        guard fsync(descriptor) == 0 else { throw failure("write", path) }
    }

    private static func move(_ source: String, to path: String) throws(ShotlistError) {
        guard rename(source, path) == 0 else { throw failure("write", path) }
        try DurableFolder.sync(folder(of: path))
    }

    private static func failure(_ verb: String, _ path: String) -> ShotlistError {
        let number = errno
        if number == ENOSPC || number == EDQUOT {
            return ShotlistError(
                .diskFull, "The disk is full: '\(path)' could not be written.",
                remedy: "Free space and run the same command again.")
        }
        let reason = String(cString: strerror(number))
        return ShotlistError(
            .writeFailed, "Could not \(verb) '\(path)': \(reason).",
            remedy: "Check the rights of the output folder and run the same command again.")
    }
}
