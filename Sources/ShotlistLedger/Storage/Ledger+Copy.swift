import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

#if canImport(Glibc)
    import Glibc
#endif

/// Ledgers that move to another machine.
extension Ledger {
    /// Writes a copy of what is committed now as one file, while commits go on.
    ///
    /// - Throws: ``ShotlistError``: `disk_full`, `ledger_failed`, `ledger_invalid`.
    public func copy(to target: String) async throws(ShotlistError) {
        let path = path
        try await Self.blocking { () throws(ShotlistError) in
            let file = LedgerFile(path: path, patience: 10)
            try DatabaseFaults.ledger(target).translating {
                for leftover in [target, target + "-journal", target + "-wal", target + "-shm"] { unlink(leftover) }
                // A connection of its own, since lookups would wait for that of the others.
                let source = try DatabaseQueue(path: path, configuration: file.configuration(readOnly: true))
                let copy = try DatabaseQueue(path: target)
                // In one step, and so within one transaction: nothing of what is committed meanwhile is in it in part.
                try source.backup(to: copy)
                try copy.close()
                try source.close()
            }
        }
    }

    /// Puts a copy from elsewhere in the place of an output's ledger. What was there is kept beside it, as
    /// `ledger.sqlite.replaced`, without what it had not yet brought into its file. Only for who holds the run's lock.
    ///
    /// - Throws: ``ShotlistError``: `ledger_failed`, `disk_full`, `write_failed`.
    public static func replace(outputPath: String, with copy: String) throws(ShotlistError) {
        let path = LedgerPlace(outputPath: outputPath).database
        let faults = DatabaseFaults.ledger(path)
        // What came from elsewhere may not be on the disk yet.
        let fetched = Glibc.open(copy, O_RDONLY | O_CLOEXEC)
        guard fetched >= 0 else { throw faults.unwritable(String(cString: strerror(errno))) }
        let isSynced = fsync(fetched) == 0
        Glibc.close(fetched)
        guard isSynced else { throw faults.unwritable("it cannot be brought to the disk") }
        unlink(path + ".replaced")
        // Both names, so that there is a ledger at any moment; where the file system knows no second name, the one for the other.
        if link(path, path + ".replaced") != 0 { rename(path, path + ".replaced") }
        for part in ["-wal", "-shm"] { unlink(path + part) }
        guard rename(copy, path) == 0 else {
            throw faults.unwritable("it cannot be made: \(String(cString: strerror(errno)))")
        }
        try DurableFolder.sync((path as NSString).deletingLastPathComponent)
    }

    /// Whether there is a ledger in an output folder.
    public static func exists(outputPath: String) -> Bool {
        access(LedgerPlace(outputPath: outputPath).database, F_OK) == 0
    }
}
