import Foundation
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// File systems that other machines see, too: SQLite's log of commits (WAL) needs memory that all its users share, and the
/// locks that tell whether a run is alive end with a process on this machine alone.
package enum NetworkFileSystem {
    /// The kernel's names of them. Of file systems that programs bring (FUSE) those that are known to be such.
    private static let kinds: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "beegfs", "gpfs", "ocfs2", "gfs2",
        "panfs",
        "orangefs", "coda", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone", "fuse.juicefs",
    ]

    /// The kind of network file system that a device is; nil when it is none, or is not known.
    ///
    /// - Parameters:
    ///   - device: its two numbers, as `0:45`.
    ///   - mounts: what `/proc/self/mountinfo` says; proc(5) has its format.
    package static func kind(of device: String, in mounts: String) -> String? {
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 6, words[2] == device, let dash = words.firstIndex(of: "-"),
                dash + 1 < words.endIndex
            else { continue }
            let kind = String(words[dash + 1])
            if kinds.contains(kind) { return kind }
        }
        return nil
    }

    /// - Throws: ``ShotlistError`` (`not_available`) for an output that runs cannot share.
    static func refuse(_ place: LedgerPlace) throws(ShotlistError) {
        var status = stat()
        guard stat(place.folder, &status) == 0 else { return }
        // How Linux packs the two numbers: gnu_dev_major and gnu_dev_minor of sys/sysmacros.h.
        let device = UInt64(truncatingIfNeeded: status.st_dev)
        let major = device >> 8 & 0xfff | device >> 32 & ~0xfff
        let minor = device & 0xff | device >> 12 & ~0xff
        guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8),
            let kind = kind(of: "\(major):\(minor)", in: mounts)
        else { return }
        throw ShotlistError(
            .notAvailable, "Runs cannot share '\(place.output)': it is on a network file system (\(kind)).",
            remedy: "Give an output on a disk of this machine, or let each run have an output of its own.")
    }
}
