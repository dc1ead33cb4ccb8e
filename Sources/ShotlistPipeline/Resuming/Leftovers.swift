import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What a run leaves in its output that is killed: files under temporary names, and its folder of files that wait.
///
/// Only who holds the output's lock may look for them.
enum Leftovers {
    /// Removes files under temporary names. What cannot be removed stays, and harms nobody but for its room.
    static func remove(outputPath: String) {
        let hidden = ClipWriterStage.join(outputPath, ".shotlist")
        // A ledger that was being made.
        for name in names(in: hidden) where name.hasPrefix("ledger.sqlite.") && name.contains(".tmp") {
            unlink(hidden + "/" + name)
        }
        // What said that a run was alive.
        for name in names(in: hidden) where name.hasPrefix("worker-") && name.hasSuffix(".lock") {
            unlink(hidden + "/" + name)
        }
        removeTemporaries(in: outputPath, deep: false)
        for folder in [
            ClipWriterStage.outputPathClips(outputPath), ClipWriterStage.outputPathPreviews(outputPath),
            ClipWriterStage.outputPathMetas(outputPath), ClipWriterStage.outputPathProcessedVideos(outputPath),
            ClipWriterStage.outputPathProcessedClipChunks(outputPath),
        ] {
            removeTemporaries(in: folder, deep: true)
        }
    }

    /// Removes dead runs' folders of files that wait. A process that reads videos may outlive its run for a moment and
    /// write while they are removed: then they are removed again, for three seconds at most.
    ///
    /// - Parameter own: the name of this run's own.
    static func removeStaging(outputPath: String, except own: String) {
        let staging = ClipWriterStage.join(outputPath, ".shotlist") + "/staging"
        for _ in 0..<30 {
            let others = names(in: staging).filter { $0.hasPrefix("shotlist-") && $0 != own }
            let rest = others.filter { !StagingFolder.removeLeftover(staging + "/" + $0) }
            if rest.isEmpty { return }
            usleep(100_000)
        }
    }

    private static func removeTemporaries(in folder: String, deep: Bool) {
        var folders = [folder]
        while let folder = folders.popLast() {
            guard let stream = opendir(folder) else { continue }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = name(of: entry)
                if isTemporary(name) {
                    unlink(folder + "/" + name)
                } else if deep, mayBeFolder(entry.pointee.d_type), name != ".", name != ".." {
                    folders.append(folder + "/" + name)
                }
            }
        }
    }

    /// `DT_DIR`, or `DT_UNKNOWN` from a file system that does not say. What is none cannot be opened as one.
    private static func mayBeFolder(_ type: UInt8) -> Bool { type == 4 || type == 0 }

    /// Whether ``AtomicFile`` gave the name: `.NAME.PID.tmp`.
    private static func isTemporary(_ name: String) -> Bool {
        guard name.hasPrefix("."), name.hasSuffix(".tmp") else { return false }
        let process = name.dropLast(4).split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        return !process.isEmpty && process.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    private static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) { name in
            name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
    }
}
