import Foundation
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
    /// - Throws: ``ShotlistError`` (`output_invalid`).
    func makeFolder() throws(ShotlistError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw ShotlistError(
                .outputInvalid, "The folder '\(folder)' cannot be made.",
                remedy: "Give yourself the right to write there, free space, or give another output path.")
        }
    }
}
