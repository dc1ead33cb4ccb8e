import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// Windows that are brought up to date in one transaction: other changes, also those of other programs, come between.
    private static let mostShown = 64

    /// Brings the index up to date with reviews that were changed many at a time.
    ///
    /// Which windows these are is on the disk with the changes: what a program that ended did not come to is done by the next
    /// one that opens the output.
    ///
    /// - Throws: ``ShotlistError``: `ledger_invalid`, `ledger_failed`, `disk_full`.
    func showRest() async throws(ShotlistError) {
        guard try await database.read({ db in try db.number("SELECT 1 FROM unshown LIMIT 1") }) != nil else { return }
        while try await database.write({ [index] db in try index.showRest(db, most: Self.mostShown) }) {}
    }

    /// The same behind a change that is on the disk. What keeps the index from following is no failure of the change:
    /// ``refresh(progress:)`` says it, and makes it good.
    func showChanged() async {
        try? await showRest()
    }
}
