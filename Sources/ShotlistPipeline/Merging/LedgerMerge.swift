import Foundation
import ShotlistCore
import ShotlistLedger

/// Where an output is that is merged.
struct MergePlace: Sendable {
    /// What its files are below, as records name it.
    let outputPath: String
    /// The folder of the ledgers: the output itself, or a work folder.
    let folder: String
    let files: any OutputFiles
    /// The SHA-256 of a clip's record that is in the output, in 64 characters; nil where there is none. Blocks, and throws what
    /// reading throws.
    let digest: @Sendable (UUID) throws(ShotlistError) -> String?
}

/// Makes one ledger of those of an output's parts, and with it the records that are of clips of all of them.
struct LedgerMerge: Sendable {
    let place: MergePlace
    let program: String

    /// Merges parts that are there, fit together, and that nobody else works on.
    func run(_ parts: [OutputParts.Part], _ pool: BlockingPool) async throws -> MergeReport {
        let told = try await PartLedgers(parts, program: program)
        try await pool.run { try join(told) }
        var report = try await finish(told)
        // It takes the place of the one before when everything that it tells of is there.
        try await pool.run {
            try Ledger.replace(outputPath: place.folder, with: merging + "/.shotlist/ledger.sqlite")
            try? FileManager.default.removeItem(atPath: merging)
        }
        report.shards = parts.count { $0.shard != nil }
        report.workers = parts.count - report.shards
        report.summary.addCosts(of: parts.compactMap { PartSummary.read($0.folder) })
        try await place.files.write(
            report.summary.record.data, to: ClipWriterStage.join(place.outputPath, "summary.json"))
        return report
    }

    /// The folder in which the new ledger is made.
    private var merging: String { ClipWriterStage.join(place.folder, ".shotlist/merging") }

    /// Makes the ledger of the output out of those of the parts. Blocks.
    private func join(_ told: PartLedgers) throws {
        if FileManager.default.fileExists(atPath: merging) { try FileManager.default.removeItem(atPath: merging) }
        try AtomicFile.makeFolder(merging + "/.shotlist")
        let own = ClipWriterStage.join(place.folder, ".shotlist/ledger.sqlite")
        let join = try LedgerJoin(
            path: merging + "/.shotlist/ledger.sqlite", base: Ledger.exists(outputPath: place.folder) ? own : nil,
            all: told.keys.all, program: program)
        for part in told.parts { try join.take(part.folder + "/.shotlist/ledger.sqlite", record: place.digest) }
        try join.close()
    }

    private func finish(_ told: PartLedgers) async throws -> MergeReport {
        let ledger = try await Ledger.open(outputPath: merging, program: program)
        let result: Result<MergeReport, any Error>
        do {
            let finish = MergeFinish(
                outputPath: place.outputPath, ledger: ledger, work: told.work, keys: told.keys, files: place.files)
            result = .success(try await finish.run())
        } catch {
            result = .failure(error)
        }
        try await ledger.close()
        return try result.get()
    }
}
