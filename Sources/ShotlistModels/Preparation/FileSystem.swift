import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// What preparation asks of the file system.
enum FileSystem {
    /// Bytes of a file; nil when there is none.
    static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(ShotlistError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw cannotWrite(path)
        }
    }

    /// Brings a whole file to the disk and gives it its name.
    static func place(_ source: String, at path: String) throws(ShotlistError) {
        let descriptor = open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotWrite(source) }
        let synced = fsync(descriptor)
        close(descriptor)
        guard synced == 0, rename(source, path) == 0 else { throw cannotWrite(path) }
    }

    /// Refuses to begin what would fill the disk.
    ///
    /// - Throws: ``ShotlistError`` (`disk_full`) with the numbers.
    static func checkSpace(for bytes: Int, in folder: String) throws(ShotlistError) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return }
        let free = Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
        guard free < bytes else { return }
        throw ShotlistError(
            .diskFull,
            "Preparing needs about \(WeightChooser.size(bytes)) in '\(folder)', and \(WeightChooser.size(free)) are free.",
            remedy: "Free space, or give another --model-dir.")
    }

    /// The sentence for something that could not be written.
    static func cannotWrite(_ path: String) -> ShotlistError {
        ShotlistError(
            .writeFailed, "'\(path)' cannot be written, so that the model cannot be prepared there.",
            remedy: "Give yourself the right to write to the folder of models, or give another with --model-dir.")
    }
}
