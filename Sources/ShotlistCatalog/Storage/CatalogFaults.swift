import ShotlistCore
internal import ShotlistDatabase

/// What is said when something is wrong with a catalog's file.
extension DatabaseFaults {
    /// Of the review database at `path`. What people did is in this file alone, and so nobody is told to delete it.
    static func reviews(_ path: String) -> DatabaseFaults {
        DatabaseFaults(
            path: path,
            words: Words(
                name: "review database",
                ifDamaged:
                    "Open the output again: edits that can be read are kept, and the rest is made anew. If that fails, move"
                    + " it away with its -wal and -shm and put a copy in its place; without a copy all edits in it are gone.",
                again: "try it again"))
    }

    func newer(version: Int) -> ShotlistError {
        ShotlistError(
            .ledgerInvalid,
            "The review database '\(path)' has version \(version); this program reads versions up to"
                + " \(CatalogSchema.version).",
            remedy: "Use the program that wrote it, or a later one.")
    }

    var ofAnotherProgram: ShotlistError {
        ShotlistError(
            .outputInvalid, "'\(path)' is a database of another program.",
            remedy: "Move it away, or give another output path.")
    }
}

extension ShotlistError {
    /// What was to be done was given up, as who asked wanted.
    static let givenUp = ShotlistError(.cancelled, "It was stopped before it was done; nothing was changed.")
}
