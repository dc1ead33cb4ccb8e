import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase
import Synchronization

/// What is done in an output folder, with which settings: an SQLite file that outlives the process.
///
/// Runs ask it what they need not do again, and tell it what they did (``LedgerChange``). It keeps every answer about
/// every window: which model, prompt and settings said what, and when.
///
/// Runs that write at the same time share the videos among them (``SourceLease``); the output's lock (``LedgerLock``) keeps
/// others away. Others may read at the same time. Calls wait for the
/// disk on threads of the ledger's own.
public final class Ledger: Sendable {
    /// What is done with a ledger.
    public enum Access: Sendable, Hashable {
        /// Reading and writing; it is made where there is none. Only for who holds the run's lock.
        case readWrite
        /// Reading alone; there must be one.
        case readOnly
    }

    /// The ledger's file.
    public let path: String
    /// Whether it is read as it stood when it was opened, without a look at what others write meanwhile: who keeps it open
    /// opens it again when the file, or its log, is another.
    public let isAsItStood: Bool
    private let reader: DatabaseQueue
    private let writer: GroupWriter?
    private let faults: DatabaseFaults
    private let currentRun = Mutex<Int64?>(nil)
    private let sharing = Mutex<Sharing?>(nil)
    /// Where it is.
    let place: LedgerPlace

    /// This run among those that share the output.
    private struct Sharing {
        let worker: Int64
        let lock: WorkerLock
    }

    private init(
        _ place: LedgerPlace, path: String, isAsItStood: Bool, reader: DatabaseQueue, writer: GroupWriter?
    ) {
        self.place = place
        self.path = path
        self.isAsItStood = isAsItStood
        self.reader = reader
        self.writer = writer
        faults = DatabaseFaults.ledger(path)
    }

    /// Opens the ledger of an output folder: `<output>/.shotlist/ledger.sqlite`.
    ///
    /// A ledger that a killed process left is whole: SQLite brings back what was committed.
    ///
    /// - Parameters:
    ///   - outputPath: the output folder.
    ///   - program: this program's name and version, which an older program shows when it cannot read the ledger.
    ///   - access: what is done with it.
    ///   - mostTogether: the most calls of ``commit(_:)-(LedgerChange)`` that share a transaction.
    ///   - patience: the seconds to wait for another program that holds the file.
    /// - Throws: ``ShotlistError``: `ledger_invalid` for a ledger that is damaged, or of a newer version; `output_invalid`
    ///   for a file of another program, or when there is no ledger to read; `disk_full`, `ledger_failed`.
    public static func open(
        outputPath: String, program: String, access: Access = .readWrite, mostTogether: Int = 512,
        patience: Double = 60
    ) async throws(ShotlistError) -> Ledger {
        try await blocking { () throws(ShotlistError) in
            try Self.open(
                LedgerPlace(outputPath: outputPath), program, access, mostTogether, patience: patience)
        }
    }

    private static func open(
        _ place: LedgerPlace, _ program: String, _ access: Access, _ mostTogether: Int,
        patience: Double
    ) throws(ShotlistError) -> Ledger {
        let file = LedgerFile(path: place.database, patience: patience)
        let isThere = try file.check()
        if !isThere {
            guard access == .readWrite else {
                throw ShotlistError(
                    .outputInvalid, "There is no ledger in '\(place.output)'.",
                    remedy: "Give the output folder of a run.")
            }
            try place.makeFolder()
            try file.make(program: program)
        }
        let faults = DatabaseFaults.ledger(file.path)
        return try faults.translating {
            var writer: GroupWriter?
            if access == .readWrite {
                let connection = try DatabaseQueue(
                    path: file.path, configuration: file.configuration(readOnly: false))
                try connection.inDatabase { db in
                    try file.check(db)
                    try db.execute(sql: LedgerSchema.leases + LedgerSchema.additions)
                    try db.run("UPDATE about SET value = ? WHERE name = 'program' AND value <> ?", [program, program])
                }
                writer = GroupWriter(connection, faults: faults, mostTogether: mostTogether)
            }
            let readingPath = writer == nil ? file.readingPath : file.path
            let reader = try DatabaseQueue(path: readingPath, configuration: file.configuration(readOnly: true))
            if writer == nil { try reader.inDatabase { db in try file.check(db) } }
            return Ledger(
                place, path: file.path, isAsItStood: readingPath != file.path, reader: reader, writer: writer)
        }
    }

    /// Commits a change; it is on the disk when this returns.
    ///
    /// A call that fails for want of room on the disk changed nothing and may be made again.
    ///
    /// - Throws: ``ShotlistError``: `disk_full`, `ledger_failed`, `ledger_invalid`; `internal_failure` for a change of
    ///   something that the ledger was not told of.
    public func commit(_ change: LedgerChange) async throws(ShotlistError) {
        try await commit([change])
    }

    /// Commits changes, all of them or none; they are on the disk when this returns.
    ///
    /// - Throws: ``ShotlistError``, as for a single change.
    public func commit(_ changes: [LedgerChange]) async throws(ShotlistError) {
        let (run, fence) = (currentRunID, currentWorker.map { Fence(worker: $0) })
        try await writing().write { db in
            for change in changes {
                try fence?.check(change, db)
                try change.apply(to: db, run: run)
            }
        }
    }

    /// How commits went together so far.
    public var statistics: LedgerStatistics { writer.map { LedgerStatistics($0.statistics) } ?? LedgerStatistics() }

    /// Commits what waits and closes the file; no call follows. Without this, too, everything that was committed is kept.
    ///
    /// - Throws: ``ShotlistError`` when the disk fails.
    public func close() async throws(ShotlistError) {
        try await Self.blocking { [reader, writer, faults] () throws(ShotlistError) in
            // The last connection to go brings everything into one file, and a reader may not.
            try faults.translating { try reader.close() }
            try writer?.close()
        }
    }

    /// Moves a damaged ledger out of the way, with what belongs to it, so that a new one can be made.
    ///
    /// - Returns: the name that it has now; nil when there was none.
    /// - Throws: ``ShotlistError`` (`ledger_failed`).
    public static func setAside(outputPath: String) throws(ShotlistError) -> String? {
        let path = LedgerPlace(outputPath: outputPath).database
        let files = FileManager.default
        var number = 1
        while files.fileExists(atPath: "\(path).damaged-\(number)") { number += 1 }
        let target = "\(path).damaged-\(number)"
        let wasThere = files.fileExists(atPath: path)
        do {
            // The file before its log: without its log it would be taken for a sound ledger that knows less.
            for part in ["", "-wal", "-shm"] where files.fileExists(atPath: path + part) {
                try files.moveItem(atPath: path + part, toPath: target + part)
            }
        } catch {
            throw ShotlistError(
                .ledgerFailed, "The ledger '\(path)' cannot be moved.",
                remedy: "Check the rights of the output folder.")
        }
        return wasThere ? target : nil
    }

    /// Reads on the reading connection's own thread.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShotlistError) -> Value {
        let result = await withCheckedContinuation {
            (done: CheckedContinuation<Result<Value, ShotlistError>, Never>) in
            reader.asyncRead { [faults] access in
                done.resume(returning: faults.result { try body(access.get()) })
            }
        }
        return try result.get()
    }

    /// What writes.
    func writing() throws(ShotlistError) -> GroupWriter {
        guard let writer else {
            throw ShotlistError(.internalFailure, "The ledger '\(path)' is open for reading alone.")
        }
        return writer
    }

    /// The run whose answers are committed.
    func setRun(_ run: Int64?) {
        currentRun.withLock { $0 = run }
    }

    /// The run whose answers are committed; nil outside one.
    var currentRunID: Int64? { currentRun.withLock { $0 } }

    /// This run's number among those that share the output; nil where it was not announced.
    var currentWorker: Int64? { sharing.withLock { $0?.worker } }

    func setWorker(_ worker: Int64, _ lock: WorkerLock) {
        sharing.withLock { $0 = Sharing(worker: worker, lock: lock) }
    }

    /// The number and the lock, which are this object's no more.
    func takeWorker() -> (worker: Int64, lock: WorkerLock)? {
        guard let taken = sharing.withLock({ $0.take() }) else { return nil }
        return (taken.worker, taken.lock)
    }

    /// Runs `body` on a thread of its own.
    static func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ShotlistError) -> Value
    ) async throws(ShotlistError) -> Value {
        let result = await withCheckedContinuation {
            (done: CheckedContinuation<Result<Value, ShotlistError>, Never>) in
            Thread.detachNewThread {
                done.resume(returning: Result { () throws(ShotlistError) in try body() })
            }
        }
        return try result.get()
    }
}
