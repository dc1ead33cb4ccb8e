import Foundation
internal import GRDB
import ShotlistCore
import Synchronization

/// The connections to a catalog's file: several that read and one that writes, each on a thread of its own.
///
/// Writes that wait together share a transaction, and so one wait for the disk; each is taken back alone when it fails.
final class CatalogDatabase: Sendable {
    /// What one caller writes.
    private struct Waiting: Sendable {
        /// Does it, and gives what tells the caller once it is on the disk.
        let work: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (ShotlistError) -> Void
    }

    private struct State {
        var waiting: [Waiting] = []
        var isAtWork = false
        var isClosed = false
    }

    /// The most writes in a transaction.
    private static let mostTogether = 128

    private let pool: DatabasePool
    private let faults: CatalogFaults
    private let state = Mutex(State())

    init(_ file: CatalogFile) throws(ShotlistError) {
        pool = try file.open()
        faults = CatalogFaults(path: file.path)
    }

    /// Reads; all of it sees one moment.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShotlistError) -> Value {
        let result = await withCheckedContinuation {
            (done: CheckedContinuation<Result<Value, ShotlistError>, Never>) in
            pool.asyncRead { [faults] access in
                done.resume(returning: faults.result { try body(access.get()) })
            }
        }
        return try result.get()
    }

    /// Writes; what `body` did is on the disk when this returns, or none of it when it throws.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShotlistError) -> Value {
        let result = await withCheckedContinuation {
            (done: CheckedContinuation<Result<Value, ShotlistError>, Never>) in
            let waiting = Waiting(
                work: { db in
                    let value = try body(db)
                    return { done.resume(returning: .success(value)) }
                },
                fail: { done.resume(returning: .failure($0)) })
            let (isRefused, begins) = state.withLock { state -> (Bool, Bool) in
                guard !state.isClosed else { return (true, false) }
                state.waiting.append(waiting)
                defer { state.isAtWork = true }
                return (false, !state.isAtWork)
            }
            if isRefused { waiting.fail(Self.closed) }
            if begins { schedule() }
        }
        return try result.get()
    }

    /// Brings what waits to the disk and closes the file. Blocks.
    func close() throws(ShotlistError) {
        state.withLock { $0.isClosed = true }
        while state.withLock({ $0.isAtWork }) {
            // A step of the queue later there is a group less.
            pool.writeWithoutTransaction { _ in }
        }
        try faults.translating { try pool.close() }
    }

    private static let closed = ShotlistError(.internalFailure, "The catalog is closed.")

    private func schedule() {
        pool.asyncWriteWithoutTransaction { db in self.writeGroup(db) }
    }

    private func writeGroup(_ db: Database) {
        let group = state.withLock { state in
            let group = Array(state.waiting.prefix(Self.mostTogether))
            state.waiting.removeFirst(group.count)
            return group
        }
        do {
            let answers = try write(group, db)
            for answer in answers { answer() }
        } catch {
            let error = faults.sentence(for: error)
            for waiting in group { waiting.fail(error) }
        }
        let goesOn = state.withLock { state in
            state.isAtWork = !state.waiting.isEmpty
            return state.isAtWork
        }
        if goesOn { schedule() }
    }

    /// Does all of a group, and gives what tells the callers.
    private func write(_ group: [Waiting], _ db: Database) throws -> [@Sendable () -> Void] {
        var answers: [@Sendable () -> Void] = []
        try db.inTransaction(.immediate) {
            for waiting in group {
                do {
                    var answer: (@Sendable () -> Void)?
                    try db.inSavepoint {
                        answer = try waiting.work(db)
                        return .commit
                    }
                    if let answer { answers.append(answer) }
                } catch {
                    // Without the transaction what others did is gone as well.
                    guard db.isInsideTransaction else { throw error }
                    let sentence = faults.sentence(for: error)
                    answers.append { waiting.fail(sentence) }
                }
            }
            return .commit
        }
        return answers
    }
}

/// Runs `body` on a thread of its own.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { (done: CheckedContinuation<Value, Never>) in
        let thread = Thread { done.resume(returning: body()) }
        // Regular expressions go deep.
        thread.stackSize = 8 << 20
        thread.start()
    }
}
