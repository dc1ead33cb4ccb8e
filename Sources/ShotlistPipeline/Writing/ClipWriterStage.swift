import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistStorage

/// Writes clips, previews and records in NeMo Curator's layout. `docs/output.md` describes every file.
///
/// It keeps the output's ledger (``RunLedger``), so that a later run goes on where this one stops. A file is whole
/// and on the disk before the ledger tells of it.
public struct ClipWriterStage: SinkStage {
    public let name = "clip_writer"
    /// The folder that everything is written below.
    public let outputPath: String
    /// Whether clips' files are kept.
    public let uploadClips: Bool
    /// Writes nothing at all.
    public let dryRun: Bool
    /// What is made here of an output that others on other machines write to as well.
    public let share: OutputShare
    /// The output's place in a bucket; nil for a folder.
    private let remote: RemoteOutput?
    private let state = StageState<RunContext>()
    private let files = StageState<any OutputFiles>()
    private let ledger = StageState<RunLedger>()

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - outputPath: the folder to write below; made if missing.
    ///   - uploadClips: keeps the clips' files; the name is NeMo Curator's.
    ///   - dryRun: writes nothing at all.
    ///   - share: what is made here of an output that others on other machines write to as well.
    public init(
        outputPath: String, uploadClips: Bool = true, dryRun: Bool = false, share: OutputShare = .whole
    ) {
        self.outputPath = outputPath
        self.uploadClips = uploadClips
        self.dryRun = dryRun
        self.share = share
        remote = nil
    }

    /// Makes a writer into a bucket. Files go there as soon as they are whole; what stays on this machine is the
    /// ledger, of which a copy is kept in the bucket, and files on their way.
    ///
    /// - Parameters:
    ///   - location: what is written below.
    ///   - workFolder: a folder of this output's own, made if missing; a run that finds it goes on with what it holds.
    ///   - share: what is made here of an output that others on other machines write to as well; the work folder is its own.
    ///   - copyInterval: how often the ledger is copied. A run that ended without a word counts as gone after four times
    ///     as long.
    public init(
        location: S3Location, bucket: S3Bucket, workFolder: String, uploadClips: Bool = true, dryRun: Bool = false,
        share: OutputShare = .whole, copyInterval: Duration = .seconds(30)
    ) {
        outputPath = location.description
        self.uploadClips = uploadClips
        self.dryRun = dryRun
        self.share = share
        remote = RemoteOutput(
            location: location, bucket: bucket, workFolder: workFolder, copyInterval: copyInterval, share: share)
    }

    /// Where files wait that are not whole yet; nil for the system's own place.
    public var stagingFolder: URL? {
        dryRun ? nil : URL(filePath: Self.join(workFolder, ".shotlist/staging"), directoryHint: .isDirectory)
    }

    /// The folder that holds the ledger, and files on their way.
    var workFolder: String { remote?.workFolder ?? ownFolder }

    /// What only this process writes below.
    private var ownFolder: String { share.folder.map { Self.join(outputPath, $0) } ?? outputPath }

    public var runLedger: RunLedger? { ledger.value }

    public func setUp(_ context: RunContext) async throws {
        state.set(context)
        guard !dryRun else { return }
        try await context.room.writing { try AtomicFile.makeFolder(workFolder) }
        guard FileManager.default.isWritableFile(atPath: workFolder) else {
            throw ShotlistError(
                .outputInvalid, "The folder '\(workFolder)' cannot be written to.",
                remedy: "Give yourself the right to write there, or give another output path.")
        }
        if let remote {
            if share == .whole { try await RemoteParts(remote).refuseUnmerged(removesGone: false) }
            let copy = remote.copy(context.pool, wantsCopy: context.wantsCopy, report: context.report)
            files.set(S3Files(bucket: remote.bucket, copy: copy))
            try await openLedger(copy, context)
            return
        }
        files.set(LocalFiles(pool: context.pool))
        for folder in [
            Self.outputPathClips(outputPath), Self.outputPathPreviews(outputPath), Self.outputPathMetas(outputPath),
            Self.outputPathProcessedVideos(outputPath), Self.outputPathProcessedClipChunks(outputPath),
        ] {
            try AtomicFile.checkFolder(folder)
        }
        if share == .whole { try await OutputParts.refuseUnmerged(outputPath, program: context.program) }
        try await openLedger(nil, context)
    }

    private func openLedger(_ copy: LedgerCopy?, _ context: RunContext) async throws {
        guard let files = files.value else { return }
        let opened = try await context.room.writing {
            try await RunLedger.open(
                outputPath: outputPath, workFolder: workFolder, files: files, copy: copy, context)
        }
        ledger.set(opened)
    }

    public func tearDown() async {
        await ledger.value?.close()
        ledger.set(nil)
        await remote?.bucket.shutDown()
    }

    public func take(_ window: inout Window, of clip: Clip) async throws {
        guard let webp = window.webpBytes else { return }
        window.webpBytes = nil
        try await write(webp, to: Self.previewPath(outputPath, clip, window.range))
        try await runLedger?.resume?.keepPreview(FileProof(of: webp), of: window, in: clip)
    }

    public func take(_ clip: FinishedClip) async throws {
        let path = Self.clipPath(outputPath, clip.clip)
        let file = try await placeFile(of: clip.clip, at: path)
        let resume = runLedger?.resume
        let history = try await resume?.history(of: clip.clip) ?? [:]
        let sourceDigest = try await resume?.sourceDigest(of: clip.clip.video)
        let isMixed = try await resume?.isMixed(clip.clip) ?? false
        let previews = try await resume?.previewsLeftAlone(of: clip.clip)
        let record = ClipMeta(
            clip, location: path, keys: resume?.keys, previews: previews, isMixed: isMixed, history: history,
            sourceDigest: sourceDigest
        ).record.data
        try await write(record, to: "\(Self.outputPathMetas(outputPath))/\(clip.clip.name).json")
        try await resume?.keep(clip, file: file, record: FileProof(of: record))
    }

    public func take(_ video: FinishedVideo) async throws {
        guard let probed = video.video else { return }
        guard video.shared == nil else { return try await takeShare(of: video) }
        let chunks = VideoMeta.chunks(of: video.clips)
        let paths = Self.recordPaths(outputPath, probed.relativePath, chunks: chunks.count)
        var records = [VideoMeta(probed, clips: video.clips.count, chunks: chunks.count).record.data]
        for (index, chunk) in chunks.enumerated() {
            records.append(ChunkMeta(video: probed.inputPath, index: index, clips: chunk).record.data)
        }
        for (record, path) in zip(records, paths) { try await write(record, to: path) }
        try await removeChunks(of: probed, from: chunks.count)
        try await runLedger?.resume?.keep(video, records: RecordsProof(of: records))
    }

    /// Takes a video of which others make clips, too: the records of its chunks are written when all are there.
    private func takeShare(of video: FinishedVideo) async throws {
        if let probed = video.video, let shared = video.shared, shared.writesRecord {
            let path = Self.recordPaths(outputPath, probed.relativePath, chunks: 0)[0]
            try await write(VideoMeta(probed, clips: shared.clips, chunks: shared.chunks).record.data, to: path)
        }
        try await runLedger?.resume?.keepShare(of: video)
    }

    public func take(_ summary: RunSummary) async throws {
        try await write(summary.record.data, to: Self.join(ownFolder, "summary.json"))
    }

    /// Puts a clip's own file into its place, or away when none is to be kept.
    ///
    /// - Returns: what the file was; nil when this run made none.
    private func placeFile(of clip: Clip, at path: String) async throws -> ClipFileFacts? {
        // That of an earlier run is in its place already.
        guard let encoded = clip.encoded, encoded.file != URL(filePath: path) else { return nil }
        var facts = ClipFileFacts(encoded, sha256: "")
        guard uploadClips, !dryRun, let context = state.value else {
            // A staged file that cannot be removed goes with the staging folder at the end of the run.
            try? FileManager.default.removeItem(at: encoded.file)
            return facts
        }
        let hasLedger = runLedger != nil
        let proof = try await context.room.writing {
            let proof = try await context.pool.run { hasLedger ? try FileProof.of(path: encoded.file.path) : nil }
            try await files.value?.place(encoded.file.path, at: path)
            return proof
        }
        if let proof { facts.proof = proof }
        return facts
    }

    /// Removes what an earlier run wrote of more chunks than there are now, before the ledger says that the video is done.
    private func removeChunks(of video: Video, from first: Int) async throws {
        guard !dryRun, let context = state.value, let files = files.value else { return }
        try await context.room.writing {
            try await OldRecords(outputPath: outputPath, files: files)
                .removeChunks(from: first, of: video.inputPath, at: video.relativePath)
        }
    }

    private func write(_ data: Data, to path: String) async throws {
        guard !dryRun, let context = state.value, let files = files.value else { return }
        try await context.room.writing { try await files.write(data, to: path) }
    }
}
