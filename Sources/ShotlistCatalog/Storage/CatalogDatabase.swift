import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// The connections to a catalog's file: several that read and one that writes, each on a thread of its own.
final class CatalogDatabase: Sendable {
    /// The most writes in a transaction.
    private static let mostTogether = 128

    /// By what the captions in it are doubted.
    let checks: CheckSettings
    private let pool: DatabasePool
    private let writer: GroupWriter
    private let faults: DatabaseFaults
    private let rescue: CatalogRescue

    init(_ file: CatalogFile) throws(ShotlistError) {
        let opened = try file.open()
        pool = opened.pool
        checks = opened.checks
        faults = .reviews(file.path)
        rescue = CatalogRescue(path: file.path)
        writer = GroupWriter(pool, faults: faults, mostTogether: Self.mostTogether)
    }

    /// Reads; all of it sees one moment.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShotlistError) -> Value {
        let result = await withCheckedContinuation {
            (done: CheckedContinuation<Result<Value, ShotlistError>, Never>) in
            pool.asyncRead { [faults, rescue] access in
                done.resume(returning: faults.result { try rescue.noticing { try body(access.get()) } })
            }
        }
        return try result.get()
    }

    /// Writes; what `body` did is on the disk when this returns, or none of it when it throws.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShotlistError) -> Value {
        try await writer.write { [rescue] db in try rescue.noticing { try body(db) } }
    }

    /// Brings what waits to the disk and closes the file. Blocks.
    func close() throws(ShotlistError) {
        try writer.close()
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
