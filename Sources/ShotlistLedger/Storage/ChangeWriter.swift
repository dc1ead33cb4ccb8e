internal import GRDB
import ShotlistCore
import Synchronization

/// Commits changes in the order in which they come, many in one transaction: those that come while the disk is busy with
/// one are the next.
///
/// The work is done on the thread of the connection's own queue, never on Swift's. Whoever commits waits until the change
/// is on the disk, so that no more changes wait than there are callers.
final class ChangeWriter: Sendable {
    /// What one call commits: all of it or nothing.
    private struct Waiting: Sendable {
        let changes: [LedgerChange]
        let run: Int64?
        let fence: Fence?
        let done: CheckedContinuation<Result<Void, ShotlistError>, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isAtWork = false
        var isClosed = false
        var statistics = LedgerStatistics()
    }

    private let connection: DatabaseQueue
    private let faults: LedgerFaults
    /// The most calls whose changes go into one transaction.
    private let mostTogether: Int
    private let state = Mutex(State())

    init(_ connection: DatabaseQueue, faults: LedgerFaults, mostTogether: Int) {
        self.connection = connection
        self.faults = faults
        self.mostTogether = max(1, mostTogether)
    }

    var statistics: LedgerStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.waiting = state.waiting.count
            return statistics
        }
    }

    /// Commits changes; they are on the disk when it returns.
    func commit(_ changes: [LedgerChange], run: Int64?, fence: Fence? = nil) async throws(ShotlistError) {
        let result = await withCheckedContinuation {
            (done: CheckedContinuation<Result<Void, ShotlistError>, Never>) in
            let (isRefused, begins) = state.withLock { state -> (Bool, Bool) in
                guard !state.isClosed else { return (true, false) }
                state.waiting.append(Waiting(changes: changes, run: run, fence: fence, done: done))
                defer { state.isAtWork = true }
                return (false, !state.isAtWork)
            }
            if isRefused { done.resume(returning: .failure(Self.closed)) }
            if begins { schedule() }
        }
        try result.get()
    }

    /// Runs `body` in a transaction of its own, between those of changes.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShotlistError) -> Value {
        let result = await withCheckedContinuation {
            (done: CheckedContinuation<Result<Value, ShotlistError>, Never>) in
            connection.asyncWriteWithoutTransaction { [faults] db in
                done.resume(
                    returning: faults.result {
                        var value: Value?
                        try db.inTransaction(.immediate) {
                            value = try body(db)
                            return .commit
                        }
                        guard let value else { throw Self.closed }
                        return value
                    })
            }
        }
        return try result.get()
    }

    /// Commits what waits and takes nothing more; closes the connection.
    func close() throws(ShotlistError) {
        state.withLock { $0.isClosed = true }
        while true {
            let isAtWork = state.withLock { $0.isAtWork }
            guard isAtWork else { break }
            // A step of the queue later there is a group less.
            connection.inDatabase { _ in }
        }
        let connection = self.connection
        try faults.translating { try connection.close() }
    }

    private static let closed = ShotlistError(.internalFailure, "The ledger is closed.")

    private func schedule() {
        connection.asyncWriteWithoutTransaction { db in self.writeGroup(db) }
    }

    /// Commits what waits, as far as it goes into one transaction, and comes back for the rest.
    private func writeGroup(_ db: Database) {
        let group = state.withLock { state in
            let group = Array(state.waiting.prefix(mostTogether))
            state.waiting.removeFirst(group.count)
            state.statistics.underWay = group.count
            return group
        }
        let results = write(group, db)
        let goesOn = state.withLock { state in
            state.statistics.transactions += 1
            state.statistics.commits += group.count
            state.statistics.largestGroup = max(state.statistics.largestGroup, group.count)
            state.statistics.underWay = 0
            state.isAtWork = !state.waiting.isEmpty
            return state.isAtWork
        }
        if goesOn { schedule() }
        for (waiting, result) in zip(group, results) { waiting.done.resume(returning: result) }
    }

    private func write(_ group: [Waiting], _ db: Database) -> [Result<Void, ShotlistError>] {
        do {
            var results: [Result<Void, ShotlistError>] = []
            try db.inTransaction(.immediate) {
                for waiting in group { results.append(try write(waiting, db)) }
                return .commit
            }
            return results
        } catch {
            // Nothing of the group is on the disk.
            let sentence = faults.sentence(for: error)
            return group.map { _ in .failure(sentence) }
        }
    }

    /// Makes the changes of one call. What is wrong with these alone costs no other call its own.
    private func write(_ waiting: Waiting, _ db: Database) throws -> Result<Void, ShotlistError> {
        do {
            try db.inSavepoint {
                for change in waiting.changes {
                    try waiting.fence?.check(change, db)
                    try change.apply(to: db, run: waiting.run)
                }
                return .commit
            }
            return .success(())
        } catch {
            guard LedgerFaults.isOfOneChange(error), db.isInsideTransaction else { throw error }
            return .failure(faults.sentence(for: error))
        }
    }
}

/// How a ledger's commits went together.
public struct LedgerStatistics: Sendable, Hashable {
    /// Transactions, each of which waited for the disk once.
    public var transactions = 0
    /// Calls that committed in them.
    public var commits = 0
    /// The most calls that shared a transaction.
    public var largestGroup = 0
    /// Calls that share the transaction that is under way now.
    public var underWay = 0
    /// Calls that wait for the next one.
    public var waiting = 0

    /// Statistics of nothing.
    public init() {}
}
