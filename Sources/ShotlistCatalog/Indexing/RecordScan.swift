import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// By what it is known whether a record's file is what it was.
struct RecordStamp: Sendable, Hashable {
    let size: Int64
    /// Nanoseconds since 1970.
    let modified: Int64
    let inode: Int64

    /// When it was written, in seconds since 1970.
    var seconds: Double { Double(modified) / 1e9 }

    /// What no file has: by it a record that could not be read is read again at the next look.
    var unread: RecordStamp { RecordStamp(size: -1, modified: modified, inode: inode) }

    var isUnread: Bool { size < 0 }

    init(size: Int64, modified: Int64, inode: Int64) {
        self.size = size
        self.modified = modified
        self.inode = inode
    }

    init(_ status: stat) {
        size = Int64(status.st_size)
        #if os(Linux)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        modified = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
        inode = Int64(bitPattern: UInt64(status.st_ino))
    }
}

/// A record's file.
struct RecordFile: Sendable, Hashable {
    let name: String
    let stamp: RecordStamp

    /// The name as a number, by which the index finds it: of 100,000 records it costs no texts.
    var hash: Int64 { Int64(bitPattern: MinHash.hash(name.utf8)) }
}

/// A record that the index has.
struct KnownRecord: Sendable {
    let id: Int64
    let stamp: RecordStamp
}

/// What is new in the folder of records.
struct RecordScan: Sendable {
    /// Records that are new or changed, in the order of their names.
    private(set) var changed: [RecordFile] = []
    /// Whether any of them is more than one that could not be read the last time.
    private(set) var hasNews = false
    /// Records of the index whose files are gone.
    private(set) var removed: [Int64] = []

    /// Looks at every file's stamp. Blocks.
    ///
    /// - Throws: ``ShotlistError`` (`unreadable`) when the folder cannot be read. One that is not there is empty.
    init(folder: String, known: [Int64: KnownRecord]) throws(ShotlistError) {
        guard let listing = opendir(folder) else {
            guard errno == ENOENT else { throw Self.unreadable(folder, errno) }
            removed = known.values.map(\.id)
            return
        }
        defer { closedir(listing) }
        let place = dirfd(listing)
        var gone = known
        while true {
            errno = 0
            guard let entry = readdir(listing) else {
                // A listing that ends early would take the windows of the rest out of the index.
                guard errno == 0 else { throw Self.unreadable(folder, errno) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            // Files that are not whole yet have other names.
            guard name.hasSuffix(".json"), !name.hasPrefix(".") else { continue }
            var status = stat()
            guard fstatat(place, name, &status, 0) == 0 else {
                guard errno != ENOENT else { continue }
                // What cannot be looked at is not gone; one that is not known yet is read, which says what is wrong.
                let file = RecordFile(name: name, stamp: RecordStamp(size: -1, modified: 0, inode: 0))
                guard gone.removeValue(forKey: file.hash) == nil else { continue }
                changed.append(file)
                hasNews = true
                continue
            }
            guard status.st_mode & S_IFMT == S_IFREG else { continue }
            let file = RecordFile(name: name, stamp: RecordStamp(status))
            let record = gone.removeValue(forKey: file.hash)
            guard record?.stamp != file.stamp else { continue }
            changed.append(file)
            if record?.stamp.isUnread != true { hasNews = true }
        }
        removed = gone.values.map(\.id)
        changed.sort { $0.name < $1.name }
    }

    private static func unreadable(_ folder: String, _ code: Int32) -> ShotlistError {
        ShotlistError(
            .unreadable, "The records in '\(folder)' cannot be read: \(String(cString: strerror(code))).",
            remedy: "Check the disk and the rights of the output folder.")
    }
}

/// When a folder's names were changed last, by which it is known that there is nothing new.
struct FolderStamp: Sendable, Hashable {
    private let modified: RecordStamp
    /// Whether a change that is made now would give another stamp: clocks of file systems tick some times in a second.
    let isSettled: Bool

    /// Nil where there is no folder.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        modified = RecordStamp(status)
        isSettled = Double(modified.modified) / 1e9 < Date().timeIntervalSince1970 - 2
    }

    func isSame(as other: FolderStamp) -> Bool { modified == other.modified }
}
