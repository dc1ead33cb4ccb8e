import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What a disk has.
package struct DiskSpace: Sendable, Hashable {
    /// Bytes that this user may still write. Quotas are not in it.
    package var free: Int
    /// Bytes of the whole disk.
    package var total: Int

    /// Names what a disk has.
    package init(free: Int, total: Int) {
        self.free = free
        self.total = total
    }

    /// What the disk of a folder has, or of the first one above it that is there; nil where the system does not say.
    static func of(_ folder: String) -> DiskSpace? {
        var path = folder.isEmpty ? "." : folder
        while true {
            var status = statvfs()
            if statvfs(path, &status) == 0 {
                let block = Int(clamping: status.f_frsize)
                return DiskSpace(
                    free: product(Int(clamping: status.f_bavail), block),
                    total: product(Int(clamping: status.f_blocks), block))
            }
            guard errno == ENOENT, path != "/", path != "." else { return nil }
            let above = (path as NSString).deletingLastPathComponent
            path = above.isEmpty ? "." : above
        }
    }

    private static func product(_ blocks: Int, _ size: Int) -> Int {
        let (bytes, isTooMuch) = blocks.multipliedReportingOverflow(by: size)
        return isTooMuch ? .max : bytes
    }
}
