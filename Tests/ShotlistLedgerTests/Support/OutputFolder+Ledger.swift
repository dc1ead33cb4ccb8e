import Foundation
import GRDB
import ShotlistCore
import ShotlistLedger
import Testing

extension OutputFolder {
    func open(
        _ access: Ledger.Access = .readWrite, mostTogether: Int = 512, patience: Double = 10
    ) async throws -> Ledger {
        try await Ledger.open(
            outputPath: path, program: "shotlist-tests 1", access: access, mostTogether: mostTogether,
            patience: patience)
    }

    /// What opening fails with.
    func failure(_ access: Ledger.Access = .readWrite) async -> ShotlistError? {
        await #expect(throws: ShotlistError.self) { _ = try await self.open(access) }
    }

    /// A connection beside the ledger's own, for what no door of the ledger does.
    func connection() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: database, configuration: configuration)
    }

    /// Copies the ledger as a kill would leave it: the file and its log as they are now.
    func copyAsKilled(keeping logBytes: Int? = nil) throws -> OutputFolder {
        let copy = try OutputFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: copy.path + "/.shotlist", withIntermediateDirectories: true)
        try files.copyItem(atPath: database, toPath: copy.database)
        let log = try Data(contentsOf: URL(filePath: database + "-wal"))
        try log.prefix(logBytes ?? log.count).write(to: URL(filePath: copy.database + "-wal"))
        return copy
    }
}

/// Waits for something that another task does, at most two minutes: beside other tests it may have to wait for its turn.
func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<12_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not happen in two minutes")
}
