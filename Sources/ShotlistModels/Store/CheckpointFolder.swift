import Foundation
import ShotlistCore

/// What a pull does on the disk. Every call blocks.
extension CheckpointPull {
    /// Notes what is coming, and throws away parts of other files; the manifest at the same commit, if there is one.
    func begin(_ files: [HubFile], sha: String) throws -> Manifest? {
        try Disk.makeFolder(folder)
        let old = Manifest.read(folder)
        let journal = Manifest.read(folder, name: Manifest.journalName)
        let known = Set((journal?.files ?? []).compactMap(\.hubFile))
        for file in files where !known.contains(file) { unlink("\(folder)/\(file.path).part") }
        let current = Manifest(
            source: repository.id, revision: sha, asked: [repository.revision], patterns: patterns,
            files: files.map(Manifest.File.init))
        try current.write(folder, name: Manifest.journalName)
        if let old, old.revision == sha, old.source == repository.id { return old }
        // From here on the folder is neither the old revision nor the new one.
        if old != nil { unlink("\(folder)/\(Manifest.fileName)") }
        return nil
    }

    /// Whether the file itself is here; one that no manifest vouches for is hashed.
    func isHere(_ file: HubFile, old: Manifest?) throws -> Bool {
        let path = "\(folder)/\(file.path)"
        guard Disk.size(of: path) == file.size else { return false }
        if let old, old.files.contains(Manifest.File(file)), old.damaged?.contains(file.path) != true { return true }
        return try Disk.holds(path, size: file.size, content: file.content)
    }

    /// Links or copies the file from the cache; false when the cache does not have it whole.
    func take(_ file: HubFile, from cache: HubCache, sha: String) throws -> Bool {
        // A file of the cache that cannot be read is one that is not there.
        guard let source = cache.candidate(for: file, sha: sha),
            (try? Disk.holds(source, size: file.size, content: file.content)) == true
        else { return false }
        let (path, part) = ("\(folder)/\(file.path)", "\(folder)/\(file.path).part")
        try Disk.makeFolder((path as NSString).deletingLastPathComponent)
        unlink(part)
        if link(source, part) != 0 {
            try checkSpace(for: [file])
            let copy = try PartFile(of: file, at: part)
            try Disk.read(source) { bytes in
                _ = try copy.append(.init(bytes: bytes))
            }
            guard copy.isWhole() else { return false }
            try copy.finish(as: path)
        } else {
            try Disk.move(part, to: path)
        }
        return true
    }

    /// Refuses what the disk has no room for.
    func checkSpace(for files: [HubFile]) throws {
        let needed = files.reduce(0) { sum, file in
            sum + max(0, file.size - (Disk.size(of: "\(folder)/\(file.path).part") ?? 0))
        }
        guard let free = store.freeBytes(folder), free < needed else { return }
        throw ShotlistError(
            .diskFull,
            "'\(repository.id)' needs \(ByteCount.text(needed)) more in '\(folder)', "
                + "but the disk has \(ByteCount.text(free)) left.",
            remedy: "Free \(ByteCount.text(needed - free)), or give a folder on another disk with --model-dir.")
    }

    /// Writes the manifest: everything is here. `isListed` tells whether the hub itself has said which files there are.
    func end(_ files: [HubFile], sha: String, old: Manifest?, isListed: Bool) throws {
        var manifest = Manifest(
            source: repository.id, revision: sha, asked: [repository.revision], patterns: patterns,
            files: files.map(Manifest.File.init))
        let unlisted = Set(old?.unlisted ?? [])
        let listed = Set(isListed ? patterns : []).union(old?.patterns.filter { !unlisted.contains($0) } ?? [])
        if let old {
            let (paths, asked, patterns) = (Set(files.map(\.path)), manifest.asked, manifest.patterns)
            manifest.files += old.files.filter { !paths.contains($0.path) }
            manifest.asked += old.asked.filter { !asked.contains($0) }
            manifest.patterns += old.patterns.filter { !patterns.contains($0) }
            let damaged = (old.damaged ?? []).filter { !paths.contains($0) }
            manifest.damaged = damaged.isEmpty ? nil : damaged
        }
        let open = manifest.patterns.filter { !listed.contains($0) }
        manifest.unlisted = open.isEmpty ? nil : open
        manifest.files.sort { $0.path < $1.path }
        try manifest.write(folder)
        unlink("\(folder)/\(Manifest.journalName)")
    }
}

/// Numbers of bytes for people.
public enum ByteCount {
    /// `bytes` with the unit that fits: B, kB, MB, GB (powers of 1000).
    public static func text(_ bytes: Int) -> String {
        var (value, unit) = (Double(bytes), 0)
        while abs(value) >= 1000, unit < 4 {
            value /= 1000
            unit += 1
        }
        let digits = unit == 0 ? "%.0f" : "%.1f"
        return String(format: "\(digits) ", value) + ["B", "kB", "MB", "GB", "TB"][unit]
    }
}
