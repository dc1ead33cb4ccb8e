import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase
import ShotlistLedger
import Synchronization

/// An output's windows, and what people do to their captions: what review and export stand on.
///
/// It reads an output folder of Shotlist, with or without a ledger, or of NeMo Curator, into an index of its own,
/// `<output>/.shotlist/review.sqlite`. In the same file is what people do, which is nowhere else: a change is on the disk
/// when the call returns, and no refresh and no rebuilding of the index touches it. Records are never written.
///
/// Several may be open on the same output, in one process or in several, as long as all are on the same machine.
public final class Catalog: Sendable {
    /// The output folder, as it was given.
    public let outputPath: String
    /// Under whose name changes are made that come without one.
    public let person: String
    /// What captions are doubted by.
    public let checks: CatalogChecks

    let database: CatalogDatabase
    let index: IndexWriter
    let place: CatalogPlace
    private let indexer: Indexer
    private let ledger = LedgerReader()

    private init(_ place: CatalogPlace, _ database: CatalogDatabase, person: String, outputPath: String) {
        self.outputPath = outputPath
        self.person = person
        let checks = CatalogChecks(database.checks)
        self.checks = checks
        self.database = database
        self.place = place
        let index = IndexWriter(checks: checks)
        self.index = index
        indexer = Indexer(place, database, index)
    }

    /// Opens the output's review database, and makes its index or brings it up to date: only records whose files are new or
    /// changed (by size, time and inode) are read.
    ///
    /// - Parameters:
    ///   - outputPath: the output folder of a run.
    ///   - person: under whose name changes are made.
    ///   - checks: what is chosen of the checks from now on, also for whoever opens the output after; what is nil stays as it
    ///     was chosen before. With other checks than before the index is made anew.
    ///   - waits: whether it returns only when the index is up to date. A first index of 100,000 windows takes a while: who
    ///     does not want to wait shows what ``windows(_:order:descending:offset:limit:)`` has, and calls ``refresh(progress:)``
    ///     beside it.
    ///   - progress: called as records are read.
    /// - Throws: ``ShotlistError``: `output_invalid` when there are no records, `ledger_invalid` when the review database is
    ///   damaged or of a newer version, `ledger_failed`, `disk_full`, `output_in_use`.
    public static func open(
        outputPath: String, by person: String, checks: CheckChoices = CheckChoices(), waits: Bool = true,
        progress: @escaping @Sendable (IndexProgress) -> Void = { _ in }
    ) async throws(ShotlistError) -> Catalog {
        let person = try ReviewState.name(person)
        let catalog = try await onOwnThread {
            Result { () throws(ShotlistError) in
                try Self.open(CatalogPlace(outputPath: outputPath), person, outputPath, checks)
            }
        }.get()
        if waits { _ = try await catalog.refresh(progress: progress) }
        return catalog
    }

    private static func open(
        _ place: CatalogPlace, _ person: String, _ outputPath: String, _ choices: CheckChoices
    ) throws(ShotlistError) -> Catalog {
        let files = FileManager.default
        guard files.fileExists(atPath: place.records) || files.fileExists(atPath: place.ledger) else {
            throw ShotlistError(
                .outputInvalid, "There are no records in '\(outputPath)'.", remedy: "Give the output folder of a run.")
        }
        try DurableFolder.make(place.folder)
        let database = try CatalogDatabase(CatalogFile(path: place.database, choices: choices, patience: 30))
        return Catalog(place, database, person: person, outputPath: outputPath)
    }

    /// Reads records that are new or changed since, as while a run goes on. It costs little when none is: for 20 seconds
    /// after a look at every record only whether names came or went is looked at.
    ///
    /// - Returns: how many windows are new, changed or gone.
    public func refresh(
        progress: @escaping @Sendable (IndexProgress) -> Void = { _ in }
    ) async throws(ShotlistError) -> Int {
        try await indexer.refresh(progress) + showRest()
    }

    /// Records that cannot be read, with the reason, by their files' names; up to 1,000.
    public func unreadableRecords() async throws(ShotlistError) -> [String: String] {
        try await database.read { db in
            let found = try db.rows(
                "SELECT name, problem FROM records WHERE problem IS NOT NULL ORDER BY name LIMIT 1000"
            ) { row in (try row.at(0, as: String.self), try row.at(1, as: String.self)) }
            return Dictionary(found) { first, _ in first }
        }
    }

    /// Brings what waits to the disk and closes the files; no call follows.
    public func close() async throws(ShotlistError) {
        await ledger.close()
        try await onOwnThread { [database] in Result { () throws(ShotlistError) in try database.close() } }.get()
    }

    /// What the run's ledger tells; nil where there is none. It is opened once for all who ask.
    ///
    /// - Throws: ``ShotlistError``: why it cannot be read.
    package func askLedger<Answer: Sendable>(
        _ ask: @Sendable (Ledger) async throws(ShotlistError) -> Answer
    ) async throws(ShotlistError) -> Answer? {
        try await ledger.ask(outputPath: place.output, path: place.ledger, ask)
    }

    /// What writes changes of a person, now; nil is ``person``.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a name that is none.
    func reviewWriter(by person: String?) throws(ShotlistError) -> ReviewWriter {
        let person = try person.map { name throws(ShotlistError) in try ReviewState.name(name) } ?? self.person
        return ReviewWriter(index: index, person: person, now: Date().milliseconds)
    }
}
