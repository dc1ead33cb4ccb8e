import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// A run that works on an output, maybe beside others.
public struct LedgerWorker: Sendable, Hashable {
    /// Its number, which no other run of the output ever has.
    let id: Int64
    /// The process and the machine, for people.
    public let name: String
    let lock: String
    let settings: String
    let policy: String
}

/// What came of asking for a video.
public enum SourceLease: Sendable, Hashable {
    /// It is this run's until that ends, or the video does. A new one is one of which nothing was ever made.
    case taken(isNew: Bool)
    /// Another run works on it.
    case held(by: LedgerWorker)
    /// Another run has done all of it since.
    case done
}

/// Videos that a run has for itself, so that several may work on one output.
///
/// A lease is a row that names a run's number. Who wants it takes it in the transaction that opens the video; that of a
/// run whose ``WorkerLock`` is free is taken over. Every change of a video is committed together with the question whether
/// its lease is still the run's own (``Fence``). So no change of a run that has lost a lease is committed, whatever it
/// believes, and no clock has a part in it.
extension Ledger {
    /// Announces this run to others. The lower number was there first.
    ///
    /// - Parameter policy: how the run meets what is done, which is to be the same for all.
    /// - Throws: ``ShotlistError``: `output_in_use` when a run that is alive has other settings, with what differs.
    public func enter(_ keys: RunKeys, policy: String) async throws(ShotlistError) {
        let place = self.place
        let lock = try WorkerLock(place)
        let name = "process \(getpid()) on \(LedgerLock.host())"
        let (own, others) = try await writing().writeAlone { db -> (Int64, [LedgerWorker]) in
            let others = try db.workers("")
            try db.run(
                "INSERT INTO workers (name, lock, settings, policy) VALUES (?, ?, ?, ?)",
                [name, lock.name, try db.id(of: keys.all), policy])
            return (db.lastInsertedRowID, others)
        }
        setWorker(own, lock)
        var dead: [Int64] = []
        for other in others {
            guard WorkerLock.isAlive(other.lock, in: place) else {
                dead.append(other.id)
                continue
            }
            if let difference = SettingsDifference.text(
                of: keys.all.settings, policy, from: other.settings, other.policy)
            {
                try? await leave()
                throw ShotlistError(
                    .outputInUse, "Another run (\(other.name)) works on '\(place.output)' otherwise: \(difference).",
                    remedy: "Give both runs the same flags, or wait until that one is done.")
            }
        }
        guard !dead.isEmpty else { return }
        try await writing().writeAlone { [dead] db in
            for id in dead { try db.forget(worker: id) }
            // What these left under temporary names goes with the next run that has the output alone.
            try db.run("INSERT OR REPLACE INTO about (name, value) VALUES ('leftovers', 'yes')")
        }
    }

    /// Takes this run back, with all its leases.
    public func leave() async throws(ShotlistError) {
        guard let (id, lock) = takeWorker() else { return }
        // Without a lock the run is dead to the others, whatever becomes of its rows.
        defer { lock.release() }
        try await writing().writeAlone { db in try db.forget(worker: id) }
    }

    /// Asks for a video, and makes changes of it in the same transaction when it is this run's.
    ///
    /// - Parameters:
    ///   - done: the settings under which another run may have done it since it was looked up; nil to ask anyway.
    /// - Throws: ``ShotlistError``, as ``commit(_:)-([LedgerChange])``.
    public func lease(
        _ path: String, unlessDone done: WorkKey?, _ changes: [LedgerChange]
    ) async throws(ShotlistError) -> SourceLease {
        guard let worker = currentWorker else {
            try await commit(changes)
            return .taken(isNew: false)
        }
        var dead: Int64?
        // Of a run that is dead the lease is taken over; who else wants it may be quicker.
        while true {
            let outcome = try await writing().writeAlone { [dead, run = currentRunID] db -> SourceLease in
                let known = try db.sourceIfKnown(path)
                if let source = known {
                    if let holder = try db.holder(of: source.id), holder.id != worker, holder.id != dead {
                        return .held(by: holder)
                    }
                    if let done, try db.isDone(source.id, under: done) { return .done }
                }
                for change in changes { try change.apply(to: db, run: run) }
                let source = try db.source(path)
                try db.run("INSERT OR REPLACE INTO leases (source, worker) VALUES (?, ?)", [source.id, worker])
                return .taken(isNew: known?.content == nil)
            }
            guard case .held(let holder) = outcome, !WorkerLock.isAlive(holder.lock, in: place) else { return outcome }
            dead = holder.id
        }
    }

    /// Forgets runs that have not left, and what they had. Only for who has the output alone: then they are gone.
    ///
    /// - Returns: whether there were any, or some that were forgotten while others worked; until ``forgetLeftovers()``.
    public func forgetOthers() async throws(ShotlistError) -> Bool {
        let wereThere = try await read { db in
            try db.number("SELECT 1 FROM workers UNION ALL SELECT 1 FROM about WHERE name = 'leftovers' LIMIT 1")
        }
        guard wereThere != nil else { return false }
        try await writing().writeAlone { db in
            try db.run("DELETE FROM leases")
            try db.run("DELETE FROM workers")
            try db.run("INSERT OR REPLACE INTO about (name, value) VALUES ('leftovers', 'yes')")
        }
        return true
    }

    /// Notes that what dead runs left is gone. Only for who has the output alone.
    public func forgetLeftovers() async throws(ShotlistError) {
        try await writing().writeAlone { db in try db.run("DELETE FROM about WHERE name = 'leftovers'") }
    }

    /// Whether another run that is alive has a video.
    public func isHeld(_ path: String) async throws(ShotlistError) -> Bool {
        let holder = try await read { db in
            try db.sourceIfKnown(path).flatMap { try db.holder(of: $0.id) }
        }
        guard let holder, holder.id != currentWorker else { return false }
        return WorkerLock.isAlive(holder.lock, in: place)
    }
}

extension Database {
    private static let workerColumns = """
        SELECT workers.id AS id, workers.name AS name, workers.lock AS lock, settings.json AS settings,
            workers.policy AS policy
        FROM workers JOIN settings ON settings.id = workers.settings

        """

    fileprivate func workers(
        _ condition: String, _ arguments: StatementArguments = StatementArguments()
    ) throws -> [LedgerWorker] {
        try rows(Self.workerColumns + condition, arguments) { row in
            LedgerWorker(
                id: try row.get("id"), name: try row.get("name"), lock: try row.get("lock"),
                settings: try row.get("settings"), policy: try row.get("policy"))
        }
    }

    /// Who has the lease of a source; nil when nobody does, or a run that has left.
    fileprivate func holder(of source: Int64) throws -> LedgerWorker? {
        try workers("JOIN leases ON leases.worker = workers.id WHERE leases.source = ?", [source]).first
    }

    fileprivate func isDone(_ source: Int64, under key: WorkKey) throws -> Bool {
        try number(
            """
            SELECT 1 FROM sources JOIN settings ON settings.id = sources.done_settings
            WHERE sources.id = ? AND settings.hash = ?
            """, [source, key.hash]) != nil
    }

    fileprivate func forget(worker: Int64) throws {
        try run("DELETE FROM leases WHERE worker = ?", [worker])
        try run("DELETE FROM workers WHERE id = ?", [worker])
    }
}
