import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistStorage

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
    /// The output's place in a bucket; nil for a folder.
    private let remote: RemoteOutput?
    private let report: @Sendable (RunEvent) -> Void

    /// Makes it for an output.
    public init(outputPath: String, program: String) {
        self.outputPath = outputPath
        self.program = program
        remote = nil
        report = { _ in }
    }

    /// Makes it for an output in a bucket.
    ///
    /// - Parameters:
    ///   - workFolder: a folder of this output's own, made if missing, into which the parts' ledgers are brought. It may be that of
    ///     runs over the whole output, and not that of a part.
    ///   - copyInterval: how often who works there says so.
    ///   - report: told of what a person should know.
    public init(
        location: S3Location, bucket: S3Bucket, workFolder: String, program: String,
        copyInterval: Duration = .seconds(30), report: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        outputPath = location.description
        self.program = program
        self.report = report
        remote = RemoteOutput(
            location: location, bucket: bucket, workFolder: workFolder, copyInterval: copyInterval, merges: true)
    }

    /// Merges. It may be repeated, also after some of the parts have gone on.
    ///
    /// - Throws: ``ShotlistError``: `output_invalid` where a part is missing, is not done, or was asked for something else, and
    ///   where clips are missing; `output_in_use` while one is at work; `ledger_invalid`, `disk_full`, `ledger_failed`; what the
    ///   bucket throws.
    public func run() async throws -> MergeReport {
        // Records are written by several at once: each waits for the disk.
        let pool = BlockingPool(threads: MergeFinish.atOnce)
        let result: Result<MergeReport, any Error>
        do {
            if let remote {
                result = .success(try await inBucket(remote, pool))
            } else {
                result = .success(try await inFolder(pool))
            }
        } catch {
            result = .failure(error)
        }
        await pool.shutDown()
        return try result.get()
    }

    private func inFolder(_ pool: BlockingPool) async throws -> MergeReport {
        let found = OutputParts(outputPath: outputPath)
        try found.check()
        let own = try LedgerLock.take(outputPath: outputPath)
        defer { own.release() }
        var locks: [LedgerLock] = []
        defer { for lock in locks { lock.release() } }
        for part in found.parts { locks.append(try LedgerLock.take(outputPath: part.folder)) }
        try await pool.run { Leftovers.remove(outputPath: outputPath) }
        let metas = ClipWriterStage.outputPathMetas(outputPath)
        let place = MergePlace(
            outputPath: outputPath, folder: outputPath, files: LocalFiles(pool: pool),
            digest: { clip throws(ShotlistError) in
                let path = "\(metas)/\(clip.uuidString.lowercased()).json"
                return FileManager.default.fileExists(atPath: path) ? try FileProof.of(path: path).sha256 : nil
            })
        return try await LedgerMerge(place: place, program: program).run(found.parts, pool)
    }

    private func inBucket(_ remote: RemoteOutput, _ pool: BlockingPool) async throws -> MergeReport {
        let there = RemoteParts(remote)
        guard RemoteParts.haveLedgers(try await there.pieces()) else { throw OutputParts.none(outputPath) }
        let own = try LedgerLock.take(outputPath: remote.workFolder)
        defer { own.release() }
        let copy = remote.copy(pool, report: report)
        try await copy.claim()
        let result: Result<MergeReport, any Error>
        do {
            let pieces = try await there.pieces()
            let brought = ClipWriterStage.join(remote.workFolder, ".shotlist/parts")
            defer { try? FileManager.default.removeItem(atPath: brought) }
            try await there.fetch(pieces, into: brought)
            let found = OutputParts(outputPath: outputPath, folder: brought)
            try found.check()
            let files = S3Files(bucket: remote.bucket, copy: copy)
            let metas = ClipWriterStage.outputPathMetas(outputPath)
            let place = MergePlace(
                outputPath: outputPath, folder: remote.workFolder, files: files,
                digest: { clip throws(ShotlistError) in
                    let path = "\(metas)/\(clip.uuidString.lowercased()).json"
                    return try Waiting.forValue { try await files.read(path).map { FileProof(of: $0).sha256 } }
                })
            let report = try await LedgerMerge(place: place, program: program).run(found.parts, pool)
            let ledger = try await Ledger.open(outputPath: remote.workFolder, program: program)
            let sent: Result<Void, any Error>
            do { sent = .success(try await copy.send(ledger)) } catch { sent = .failure(error) }
            try await ledger.close()
            try sent.get()
            try await there.noteMerged(pieces)
            result = .success(report)
        } catch {
            result = .failure(error)
        }
        await copy.giveBack()
        return try result.get()
    }
}
