package import GRDB
package import ShotlistCore
import Synchronization

/// Writes to a database in the order in which they come, many in one transaction: those that come while the disk is busy
/// with one are the next. Each is taken back alone when it fails.
///
/// The work is done on the thread of the connection's own queue, never on Swift's. Whoever writes waits until it is on the
/// disk, so that no more writes wait than there are callers.
package final class GroupWriter: Sendable {
    private struct Waiting: Sendable {
        /// Does it, and gives what tells the caller once it is on the disk.
        let work: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (ShotlistError) -> Void
    }

    private struct State {
        var waiting: [Waiting] = []
        var isAtWork = false
        var isClosed = false
        var statistics = GroupStatistics()
    }

    private let connection: any DatabaseWriter
    private let faults: DatabaseFaults
    /// The most writes that go into one transaction.
    private let mostTogether: Int
    private let state = Mutex(State())

    package init(_ connection: any DatabaseWriter, faults: DatabaseFaults, mostTogether: Int) {
        self.connection = connection
        self.faults = faults
        self.mostTogether = max(1, mostTogether)
    }

    package var statistics: GroupStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.waiting = state.waiting.count
            return statistics
        }
    }

    /// Writes; what `body` did is on the disk when this returns, or none of it when it throws.
    ///
    /// - Throws: ``ShotlistError``: what `body` threw, or what the database says, as a sentence.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShotlistError) -> Value {
        let result = await withCheckedContinuation {
            (done: CheckedContinuation<Result<Value, ShotlistError>, Never>) in
            add(
                Waiting(
                    work: { db in
                        let value = try body(db)
                        return { done.resume(returning: .success(value)) }
                    },
                    fail: { done.resume(returning: .failure($0)) }))
        }
        return try result.get()
    }

    /// Runs `body` in a transaction of its own, between those of others.
    ///
    /// - Throws: ``ShotlistError``, as ``write(_:)``.
    package func writeAlone<Value: Sendable>(
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

    /// Brings what waits to the disk, takes nothing more, and closes the connection. Blocks.
    package func close() throws(ShotlistError) {
        state.withLock { $0.isClosed = true }
        while state.withLock({ $0.isAtWork }) {
            // A step of the queue later there is a group less.
            connection.writeWithoutTransaction { _ in }
        }
        try faults.translating { try connection.close() }
    }

    private static let closed = ShotlistError(.internalFailure, "The database is closed.")

    private func add(_ waiting: Waiting) {
        let (isRefused, begins) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed else { return (true, false) }
            state.waiting.append(waiting)
            defer { state.isAtWork = true }
            return (false, !state.isAtWork)
        }
        if isRefused { waiting.fail(Self.closed) }
        if begins { schedule() }
    }

    private func schedule() {
        connection.asyncWriteWithoutTransaction { db in self.writeGroup(db) }
    }

    /// Writes what waits, as far as it goes into one transaction, and comes back for the rest.
    private func writeGroup(_ db: Database) {
        let group = state.withLock { state in
            let group = Array(state.waiting.prefix(mostTogether))
            state.waiting.removeFirst(group.count)
            state.statistics.underWay = group.count
            return group
        }
        let answers = write(group, db)
        let goesOn = state.withLock { state in
            state.statistics.transactions += 1
            state.statistics.writes += group.count
            state.statistics.largestGroup = max(state.statistics.largestGroup, group.count)
            state.statistics.underWay = 0
            state.isAtWork = !state.waiting.isEmpty
            return state.isAtWork
        }
        if goesOn { schedule() }
        for answer in answers { answer() }
    }

    /// Does all of a group, and gives what tells the callers.
    private func write(_ group: [Waiting], _ db: Database) -> [@Sendable () -> Void] {
        do {
            var answers: [@Sendable () -> Void] = []
            try db.inTransaction(.immediate) {
                for waiting in group { answers.append(try write(waiting, db)) }
                return .commit
            }
            return answers
        } catch {
            // Nothing of the group is on the disk.
            let sentence = faults.sentence(for: error)
            return group.map { waiting in { waiting.fail(sentence) } }
        }
    }

    /// Does what one caller writes. What is wrong with this alone costs no other its own.
    private func write(_ waiting: Waiting, _ db: Database) throws -> @Sendable () -> Void {
        do {
            var answer: (@Sendable () -> Void)?
            try db.inSavepoint {
                answer = try waiting.work(db)
                return .commit
            }
            return answer ?? {}
        } catch {
            guard DatabaseFaults.isOfOneWrite(error), db.isInsideTransaction else { throw error }
            let sentence = faults.sentence(for: error)
            return { waiting.fail(sentence) }
        }
    }
}

/// How writes went together.
package struct GroupStatistics: Sendable, Hashable {
    /// Transactions, each of which waited for the disk once.
    package var transactions = 0
    /// Writes that were made in them.
    package var writes = 0
    /// The most writes that shared a transaction.
    package var largestGroup = 0
    /// Writes that share the transaction that is under way now.
    package var underWay = 0
    /// Writes that wait for the next one.
    package var waiting = 0
}
