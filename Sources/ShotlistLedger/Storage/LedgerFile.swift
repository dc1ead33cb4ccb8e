import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

#if canImport(Glibc)
    import Glibc
#endif

/// A ledger's file: what it is, and how it is made and opened.
struct LedgerFile: Sendable {
    let path: String
    /// How long another's lock on the file is waited for, in seconds.
    let patience: Double

    private var faults: DatabaseFaults { DatabaseFaults.ledger(path) }

    /// Checks before SQLite opens the file that it is a ledger, since opening alone may write to it.
    ///
    /// - Returns: false when there is no file.
    /// - Throws: ``ShotlistError``: `ledger_invalid`, `output_invalid` (another program's file), `ledger_failed`.
    func check() throws(ShotlistError) -> Bool {
        switch try DatabaseIdentity.of(path, faults) {
        case .missing: return false
        case .empty: throw faults.damaged("it is no database")
        case .database(let id):
            guard id == LedgerSchema.applicationID else { throw faults.ofAnotherProgram(id: id) }
        case .unknown: break
        }
        return true
    }

    /// Makes an empty ledger, whole or not at all: under another name, and with SQLite's plain journal, so that the
    /// file's first bytes say what it is from the beginning.
    ///
    /// The caller holds the run's lock.
    func make(program: String) throws(ShotlistError) {
        let temporary = path + ".\(getpid()).tmp"
        // What an earlier ledger left, whose file is gone: it would be read into the new one.
        for leftover in [temporary, temporary + "-journal", path + "-wal", path + "-shm"] { unlink(leftover) }
        do {
            try fill(temporary, program: program)
            guard rename(temporary, path) == 0 else {
                throw faults.unwritable("it cannot be made: \(String(cString: strerror(errno)))")
            }
        } catch {
            for leftover in [temporary, temporary + "-journal"] { unlink(leftover) }
            throw faults.sentence(for: error)
        }
        try DurableFolder.sync((path as NSString).deletingLastPathComponent)
    }

    private func fill(_ path: String, program: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { db in
            try db.inTransaction {
                try db.execute(sql: LedgerSchema.statements)
                try db.execute(sql: "PRAGMA application_id = \(LedgerSchema.applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(LedgerSchema.version)")
                try db.run("INSERT INTO about (name, value) VALUES ('program', ?)", [program])
                return .commit
            }
        }
        try queue.close()
    }

    /// How connections are opened.
    func configuration(readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = readOnly ? "shotlist.ledger.reader" : "shotlist.ledger.writer"
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(patience)
        guard !readOnly else { return configuration }
        configuration.prepareDatabase { db in
            guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
                throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "the file system cannot hold a WAL")
            }
            // A commit is on the disk when it returns, and not only in the system's memory.
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        return configuration
    }

    /// What a connection that only reads is to open.
    ///
    /// Beside a ledger with a log every reader makes a `-shm`, which it cannot in a folder in which nothing can be
    /// written, and which would be the reader's own where the ledger is another user's, whose next run could not use it. A
    /// ledger that was closed there has no log, and is read as it stands.
    var readingPath: String {
        let folder = (path as NSString).deletingLastPathComponent
        guard access(folder.isEmpty ? "." : folder, W_OK) != 0 || isOfAnotherUser, Self.bytes(of: path + "-wal") == 0,
            access(path + "-shm", F_OK) != 0,
            let address = DatabaseIdentity.immutable(path)
        else { return path }
        return address
    }

    /// Checks an open ledger: its version, and that its pages are sound when there are not too many.
    func check(_ db: Database) throws {
        let id = UInt32(truncatingIfNeeded: try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0)
        guard id == LedgerSchema.applicationID else { throw faults.ofAnotherProgram(id: id) }
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= LedgerSchema.version else {
            // Nobody knows the tables of a later version; this one all versions have promised to keep.
            let program = try? String.fetchOne(db, sql: "SELECT value FROM about WHERE name = 'program'")
            throw faults.newer(version: version, program: program)
        }
        guard version == LedgerSchema.version else { throw faults.damaged("it has no version") }
        guard bytes <= Self.mostBytesChecked else { return }
        let answer = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "it cannot be checked"
        guard answer == "ok" else {
            throw faults.damaged(answer.split(separator: "\n").joined(separator: " "))
        }
    }

    /// Larger ledgers, of a million windows and more, are not read as a whole before each run: `shotlist verify` does.
    private static let mostBytesChecked = 512 << 20

    private var bytes: Int { Self.bytes(of: path) }

    private var isOfAnotherUser: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_uid != geteuid()
    }

    /// The size of a file; 0 when there is none.
    private static func bytes(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
