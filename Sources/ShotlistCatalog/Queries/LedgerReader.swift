import Foundation
import ShotlistCore
import ShotlistLedger

/// The run's ledger, opened for reading when it is first asked for, and kept.
actor LedgerReader {
    private typealias Opened = Result<Ledger, ShotlistError>

    private var ledger: Ledger?
    private var opening: Task<Opened, Never>?

    /// What `ask` is told by the ledger; nil where there is none: history then comes from the records.
    ///
    /// - Throws: ``ShotlistError``: why there is one that cannot be read.
    func ask<Answer: Sendable>(
        outputPath: String, path: String,
        _ ask: @Sendable (Ledger) async throws(ShotlistError) -> Answer
    ) async throws(ShotlistError) -> Answer? {
        guard let ledger = try await get(outputPath: outputPath, path: path) else { return nil }
        return try await ask(ledger)
    }

    private func get(outputPath: String, path: String) async throws(ShotlistError) -> Ledger? {
        if let ledger { return ledger }
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        if let opening { return try await opening.value.get() }
        let task = Task { () -> Opened in
            do throws(ShotlistError) {
                return .success(
                    try await Ledger.open(
                        outputPath: outputPath, program: "shotlist", access: .readOnly, patience: 5))
            } catch {
                return .failure(error)
            }
        }
        opening = task
        defer { opening = nil }
        let opened = try await task.value.get()
        ledger = opened
        return opened
    }

    /// Closes it. It was only read, so that nothing can be lost by a failure.
    func close() async {
        try? await ledger?.close()
        ledger = nil
    }
}
