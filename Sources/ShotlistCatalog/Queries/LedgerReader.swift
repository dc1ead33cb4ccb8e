import Foundation
import ShotlistCore
import ShotlistLedger

/// The run's ledger, opened for reading when it is first asked for, and kept.
actor LedgerReader {
    private var ledger: Ledger?
    private var opening: Task<Ledger?, Never>?

    /// Nil where there is none, or none that can be read: history then comes from the records.
    func get(outputPath: String, path: String) async -> Ledger? {
        if let ledger { return ledger }
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        if let opening { return await opening.value }
        let task = Task { () -> Ledger? in
            try? await Ledger.open(
                outputPath: outputPath, program: "shotlist", access: .readOnly, patience: 5)
        }
        opening = task
        ledger = await task.value
        opening = nil
        return ledger
    }

    func close() async {
        try? await ledger?.close()
        ledger = nil
    }
}
