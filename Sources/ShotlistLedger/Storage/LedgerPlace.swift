import ShotlistCore

/// Where a ledger and its lock are below an output folder.
struct LedgerPlace: Sendable {
    /// `<output>`, as it was given.
    let output: String
    /// `<output>/.shotlist`.
    let folder: String

    init(outputPath: String) {
        output = outputPath
        folder = (outputPath.isEmpty ? "." : outputPath) + "/.shotlist"
    }

    /// The SQLite file. Beside it are `-wal`, with what is committed and not yet in the file, and `-shm`.
    var database: String { folder + "/ledger.sqlite" }
    /// The file that a run locks.
    var lock: String { folder + "/lock" }

    /// Makes the folder and those above it.
    ///
    /// - Throws: ``ShotlistError``: `output_invalid`, `disk_full`, `write_failed`.
    func makeFolder() throws(ShotlistError) {
        try DurableFolder.make(folder)
    }
}
