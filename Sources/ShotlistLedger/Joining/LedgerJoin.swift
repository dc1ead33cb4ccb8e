import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// Brings the ledgers of processes that worked on parts of one output into one file.
///
/// Every answer that any of them has is kept. Of a clip that two of them tell of otherwise the one counts whose record is the one
/// in the output. A source is open in the new ledger until its own records are there.
///
/// It writes a new file, which nobody else has; parts are only read, and nobody may write to them meanwhile. Calls block.
public final class LedgerJoin {
    /// The new file.
    public let path: String
    private let queue: DatabaseQueue
    private let faults: DatabaseFaults
    private let all: String

    /// Makes the new file.
    ///
    /// - Parameters:
    ///   - all: the settings that the parts were asked for.
    ///   - path: where; it must not be there.
    ///   - base: the file of a ledger that it begins as; nil to begin with nothing.
    ///   - program: this program's name and version.
    /// - Throws: ``ShotlistError``: `ledger_invalid`, `disk_full`, `ledger_failed`.
    public init(path: String, base: String?, all: WorkKey, program: String) throws(ShotlistError) {
        self.path = path
        self.all = all.hash
        faults = DatabaseFaults.ledger(path)
        let file = LedgerFile(path: path, patience: 1)
        if base == nil { try file.make(program: program) }
        queue = try faults.translating {
            let queue = try DatabaseQueue(path: path)
            if let base {
                let source = try DatabaseQueue(
                    path: base, configuration: LedgerFile(path: base, patience: 60).configuration(readOnly: true))
                try source.backup(to: queue)
                try source.close()
            }
            try queue.inDatabase { db in
                try file.check(db)
                // The copy of a ledger has its way of writing, with a log beside it that would stay behind.
                try db.execute(sql: "PRAGMA journal_mode = DELETE")
                try db.execute(sql: LedgerSchema.leases + LedgerSchema.additions)
                try db.execute(sql: "DELETE FROM leases; DELETE FROM workers; DELETE FROM listings")
                // Nobody reads it before it is whole, and what is lost with the machine is made again of the parts.
                try db.execute(sql: "PRAGMA synchronous = OFF; PRAGMA temp_store = FILE")
            }
            return queue
        }
    }

    /// Takes in what a part knows.
    ///
    /// - Parameters:
    ///   - part: the part's file.
    ///   - record: the SHA-256 of the record of a clip that is in the output, in 64 characters; nil where there is none.
    /// - Throws: ``ShotlistError``: `ledger_invalid` for a part that is damaged or of a newer version; `disk_full`,
    ///   `ledger_failed`; what `record` throws.
    public func take(_ part: String, record: (UUID) throws(ShotlistError) -> String?) throws(ShotlistError) {
        let partFaults = DatabaseFaults.ledger(part)
        let file = LedgerFile(path: part, patience: 60)
        guard try file.check() else {
            throw ShotlistError(.outputInvalid, "There is no ledger '\(part)'.", remedy: "Give the output of runs.")
        }
        try partFaults.translating {
            // By its own connection: what its last process had not brought into the file comes into it.
            let queue = try DatabaseQueue(path: part, configuration: file.configuration(readOnly: false))
            defer { try? queue.close() }
            try queue.inDatabase { db in
                try file.check(db)
                // One of before there were all tables gets them now.
                try db.execute(sql: LedgerSchema.leases + LedgerSchema.additions)
            }
        }
        try faults.translating {
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS part", arguments: [part])
                // What was prepared for the part before this one names that one's tables.
                defer { try? db.execute(sql: "DETACH DATABASE part") }
                try db.inTransaction {
                    try db.execute(sql: JoinStatements.beforeClips)
                    try db.execute(sql: JoinStatements.clips, arguments: ["all": all])
                    try db.execute(sql: JoinStatements.freshClips)
                    try Self.takeNotes(db)
                    try Self.settle(db, record)
                    try db.execute(sql: JoinStatements.afterClips)
                    return .commit
                }
            }
        }
    }

    /// Closes the file, which is then one file. Who puts it in its place brings it to the disk (``Ledger/replace(outputPath:with:)``).
    ///
    /// - Throws: ``ShotlistError``.
    public func close() throws(ShotlistError) {
        try faults.translating { try queue.close() }
    }

    /// Of clips that both tell of, decides which of them counts: `c.taken` is 1 for those of the part.
    private static func settle(_ db: Database, _ record: (UUID) throws(ShotlistError) -> String?) throws {
        let disputed = try db.rows(JoinStatements.disputed) { row in
            (try row.get("id", as: Int64.self), try row.get("uuid", as: UUID.self), try row.get("sha", as: Data.self))
        }
        for (id, clip, sha) in disputed where try record(clip) == sha.hex {
            try db.run("UPDATE temp.c SET taken = 1 WHERE old = ?", [id])
        }
    }

    /// Takes in the command lines of runs, as they would be for the whole output.
    private static func takeNotes(_ db: Database) throws {
        let notes = try db.rows(
            """
            SELECT r.new AS run, p.selects AS selects, p.folder AS folder, p.arguments AS arguments
            FROM part.run_notes p JOIN temp.r ON r.old = p.run
            """
        ) { row in
            (
                run: try row.get("run", as: Int64.self), selects: try row.get("selects", as: Int64.self),
                folder: try row.get("folder", as: String?.self), arguments: try row.get("arguments", as: String?.self)
            )
        }
        for note in notes {
            let arguments = try note.arguments.map { text in
                try ColumnJSON.text(RecordedCommand.withoutShare(try ColumnJSON.value([String].self, text)))
            }
            try db.run(
                "INSERT OR REPLACE INTO main.run_notes (run, selects, folder, arguments) VALUES (?, ?, ?, ?)",
                [note.run, note.selects, note.folder, arguments])
        }
    }
}
