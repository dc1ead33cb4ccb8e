import Foundation
import ShotlistCore
import ShotlistLedger

/// What came of merging.
public struct MergeReport: Sendable {
    /// Shards that were merged.
    public var shards = 0
    /// Workers whose ledgers were.
    public var workers = 0
    /// Videos whose records were written.
    public var written = 0
    /// What the whole output is.
    public var summary = RunSummary()
}

/// Makes one output of what processes made that worked on parts of it (`shotlist merge`): their ledgers become one, the records
/// are written that are of clips of all of them, and it is checked that nothing is missing.
///
/// Nothing is decoded and no model is asked; no video is opened.
public struct OutputMerge: Sendable {
    private let outputPath: String
    private let program: String

    /// Makes it for an output.
    public init(outputPath: String, program: String) {
        self.outputPath = outputPath
        self.program = program
    }

    /// Merges. It may be repeated, also after some of the parts have gone on.
    ///
    /// - Throws: ``ShotlistError``: `output_invalid` where a part is missing, is not done, or was asked for something else, and
    ///   where clips are missing; `output_in_use` while one is at work; `ledger_invalid`, `disk_full`, `ledger_failed`.
    public func run() async throws -> MergeReport {
        let found = OutputParts(outputPath: outputPath)
        guard !found.parts.isEmpty else {
            throw ShotlistError(
                .outputInvalid, "'\(outputPath)' has no parts to merge.",
                remedy: "Give the output of runs with --shard, or of workers.")
        }
        try found.checkShards()
        let own = try LedgerLock.take(outputPath: outputPath)
        defer { own.release() }
        var locks: [LedgerLock] = []
        defer { for lock in locks { lock.release() } }
        for part in found.parts { locks.append(try LedgerLock.take(outputPath: part.folder)) }
        let told = try await PartLedgers(found.parts, program: program)
        let pool = BlockingPool(threads: 1)
        let result: Result<MergeReport, any Error>
        do {
            try await pool.run {
                Leftovers.remove(outputPath: outputPath)
                try join(told)
            }
            var report = try await finish(told, pool)
            // It takes the place of the one before when everything that it tells of is there.
            try await pool.run {
                try Ledger.replace(outputPath: outputPath, with: merging + "/.shotlist/ledger.sqlite")
                try? FileManager.default.removeItem(atPath: merging)
            }
            report.shards = found.parts.count { $0.shard != nil }
            report.workers = found.parts.count - report.shards
            report.summary.addCosts(of: found.parts.compactMap { PartSummary.read($0.folder) })
            try AtomicFile.write(
                report.summary.record.data, to: ClipWriterStage.join(outputPath, "summary.json"))
            result = .success(report)
        } catch {
            result = .failure(error)
        }
        await pool.shutDown()
        return try result.get()
    }

    /// The folder in which the new ledger is made.
    private var merging: String { ClipWriterStage.join(outputPath, ".shotlist/merging") }

    /// Makes the ledger of the output out of those of the parts. Blocks.
    private func join(_ told: PartLedgers) throws {
        if FileManager.default.fileExists(atPath: merging) { try FileManager.default.removeItem(atPath: merging) }
        try AtomicFile.makeFolder(merging + "/.shotlist")
        let own = ClipWriterStage.join(outputPath, ".shotlist/ledger.sqlite")
        let join = try LedgerJoin(
            path: merging + "/.shotlist/ledger.sqlite", base: Ledger.exists(outputPath: outputPath) ? own : nil,
            all: told.keys.all, program: program)
        let metas = ClipWriterStage.outputPathMetas(outputPath)
        for part in told.parts {
            try join.take(part.folder + "/.shotlist/ledger.sqlite") { clip in
                try? FileProof.of(path: "\(metas)/\(clip.uuidString.lowercased()).json").sha256
            }
        }
        try join.close()
    }

    private func finish(_ told: PartLedgers, _ pool: BlockingPool) async throws -> MergeReport {
        let ledger = try await Ledger.open(outputPath: merging, program: program)
        let result: Result<MergeReport, any Error>
        do {
            let finish = MergeFinish(
                outputPath: outputPath, ledger: ledger, work: told.work, keys: told.keys,
                files: LocalFiles(pool: pool))
            result = .success(try await finish.run())
        } catch {
            result = .failure(error)
        }
        try await ledger.close()
        return try result.get()
    }
}
