import ShotlistCore
internal import ShotlistDatabase

/// What is said when something is wrong with a ledger.
extension DatabaseFaults {
    /// Of the ledger at `path`.
    static func ledger(_ path: String) -> DatabaseFaults {
        DatabaseFaults(
            path: path,
            words: Words(
                name: "ledger",
                ifDamaged:
                    "Run `shotlist verify --rebuild` on the output, which makes the ledger again from the files.",
                again: "run the same command again"))
    }

    func newer(version: Int, program: String?) -> ShotlistError {
        ShotlistError(
            .ledgerInvalid,
            "The ledger '\(path)' has version \(version) and was written by \(program ?? "a program that it does not name");"
                + " this program reads versions up to \(LedgerSchema.version).",
            remedy: "Use that program or a later one, or give another output path.")
    }

    func ofAnotherProgram(id: UInt32) -> ShotlistError {
        ShotlistError(
            .outputInvalid,
            "'\(path)' is a database of another program (its application id is 0x\(String(id, radix: 16))).",
            remedy: "Move it away, or give another output path.")
    }
}
