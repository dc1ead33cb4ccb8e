import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase
import ShotlistLedger

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps what people did when the index beside it is damaged: the edits' tables go into a file of their own, which takes the
/// damaged one's place, and the index is made anew from the records.
///
/// Whoever meets damage leaves a mark; the next opening does it, when nobody has the file open.
struct CatalogRescue: Sendable {
    /// The catalog's file.
    let path: String

    private var mark: String { path + ".is-damaged" }
    private var copy: String { path + ".saved" }
    private var faults: DatabaseFaults { DatabaseFaults.reviews(path) }
    /// How long another's lock on the file is waited for, in seconds.
    private static let patience = 2.0

    /// Whether an error is one of a damaged file.
    static func isDamage(_ error: any Error) -> Bool {
        if error is RowUnreadable { return true }
        return (error as? DatabaseError)?.resultCode == .SQLITE_CORRUPT
    }

    /// What `body` gives; when it meets damage, that is noted.
    func noticing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error where Self.isDamage(error) {
            note()
            throw error
        }
    }

    /// Has the next opening save the edits.
    func note() {
        // Where no mark can be made there is no room for a copy, either.
        _ = FileManager.default.createFile(atPath: mark, contents: nil)
    }

    /// Whether someone met damage since the file was made.
    var isDue: Bool { access(mark, F_OK) == 0 }

    /// Saves the edits. The damaged file stays beside, as `review.sqlite.damaged-1` or a later number. Blocks.
    ///
    /// - Throws: ``ShotlistError``: `ledger_invalid` when the edits cannot be read, and everything is as it was;
    ///   `output_in_use`, `disk_full`, `ledger_failed`.
    func run() throws(ShotlistError) {
        // One at a time: two would write to one copy, and the later one put what it has over what the earlier one saved.
        let lock = open(path + ".rescue", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw faults.unwritable(String(cString: strerror(errno))) }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw faults.unwritable(String(cString: strerror(errno))) }
        }
        // Another has done it meanwhile.
        guard isDue else { return }
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else {
            // Moved away by hand: there is nothing to save.
            unlink(mark)
            return
        }
        removeCopy()
        do {
            try save()
            try replace()
        } catch {
            removeCopy()
            throw faults.sentence(for: error)
        }
        unlink(mark)
    }

    private func removeCopy() {
        for part in ["", "-journal", "-wal", "-shm"] { unlink(copy + part) }
    }

    /// Writes the copy.
    private func save() throws {
        var configuration = Configuration()
        configuration.label = "shotlist.review.rescue"
        configuration.busyMode = .timeout(Self.patience)
        // Tables come in the order of their names.
        configuration.foreignKeysEnabled = false
        let saved = try DatabaseQueue(path: copy, configuration: configuration)
        try saved.inDatabase { db in
            try db.execute(sql: "ATTACH DATABASE ? AS damaged", arguments: [path])
            // Only who has the file alone can end its log: what others would write to it from here on would be lost.
            guard try String.fetchOne(db, sql: "PRAGMA damaged.journal_mode = DELETE") == "delete" else {
                throw DatabaseError(resultCode: .SQLITE_BUSY)
            }
            let id = try Int64.fetchOne(db, sql: "PRAGMA damaged.application_id") ?? 0
            let version = try Int64.fetchOne(db, sql: "PRAGMA damaged.user_version") ?? 0
            try db.inTransaction(.exclusive) {
                try copyTables(db)
                try db.execute(sql: "PRAGMA main.application_id = \(id)")
                try db.execute(sql: "PRAGMA main.user_version = \(version)")
                return .commit
            }
            try db.execute(sql: "DETACH DATABASE damaged")
        }
        try saved.close()
    }

    /// Copies every table that is none of the index.
    private func copyTables(_ db: Database) throws {
        let ofIndex = CatalogSchema.indexTables.map { "'\($0)'" }.joined(separator: ", ")
        let found = try Row.fetchAll(
            db,
            sql: """
                SELECT type, name, sql FROM damaged.sqlite_master
                WHERE type IN ('table', 'index') AND sql IS NOT NULL AND tbl_name NOT IN (\(ofIndex))
                    AND tbl_name NOT LIKE 'texts\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                ORDER BY type DESC, name
                """)
        for row in found {
            let name: String = try row.get("name")
            try db.execute(sql: try row.get("sql"))
            guard try row.get("type", as: String.self) == "table" else { continue }
            try db.execute(sql: "INSERT INTO main.\"\(name)\" SELECT * FROM damaged.\"\(name)\"")
        }
        // What the index was made with: there is none now. Numbers of changes go on from where they were.
        try db.execute(sql: "DELETE FROM main.about WHERE name = 'index'")
        try db.execute(sql: "DELETE FROM main.sqlite_sequence")
        try db.execute(sql: "INSERT INTO main.sqlite_sequence SELECT * FROM damaged.sqlite_sequence")
    }

    /// Puts the copy in the file's place; at no moment is there none.
    private func replace() throws(ShotlistError) {
        var number = 1
        while access("\(path).damaged-\(number)", F_OK) == 0 { number += 1 }
        let aside = "\(path).damaged-\(number)"
        guard link(path, aside) == 0, rename(copy, path) == 0 else {
            throw faults.unwritable("it cannot be put aside: \(String(cString: strerror(errno)))")
        }
        try DurableFolder.sync((path as NSString).deletingLastPathComponent)
    }
}
