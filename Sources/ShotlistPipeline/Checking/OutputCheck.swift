import Foundation
import ShotlistCore
import ShotlistLedger

#if canImport(Glibc)
    import Glibc
#endif

/// A file of an output that is not as the ledger tells.
public struct OutputProblem: Sendable, Hashable {
    /// What is wrong with a file.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is not there.
        case missing
        /// It is not what was written: its size or its hash is another.
        case changed
        /// It cannot be read, for want of rights or because the disk fails, so that nobody knows what it is. It still
        /// counts as done.
        case unreadable
    }

    /// The file.
    public let path: String
    /// What is wrong with it.
    public let kind: Kind
}

/// What came of checking an output.
public struct OutputReport: Sendable, Hashable {
    /// Files that were checked.
    public var files = 0
    /// Their bytes, as they should be.
    public var bytes = 0
    /// Files by what is wrong with them.
    public var problems: [OutputProblem.Kind: Int] = [:]

    /// Whether every file is as it was written.
    public var isSound: Bool { problems.isEmpty }
}

/// Checks the files of an output against its ledger (`shotlist verify`).
public struct OutputCheck: Sendable {
    private let outputPath: String
    private let program: String
    private let threads: Int

    /// Makes a check of an output.
    ///
    /// - Parameters:
    ///   - outputPath: the folder that a run wrote below.
    ///   - program: this program's name and version.
    ///   - threads: threads to read files on, at least 1.
    public init(
        outputPath: String, program: String, threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        self.outputPath = outputPath
        self.program = program
        self.threads = max(1, threads)
    }

    /// Reads every file that the ledger tells of. One that is missing or changed counts as not done from now on, so that
    /// the next run makes it again.
    ///
    /// - Parameter onProblem: called with each file that is not as it was written.
    /// - Throws: ``ShotlistError``: `output_in_use` while a run works there, `output_invalid` without a ledger,
    ///   `ledger_invalid` when that is damaged.
    public func run(onProblem: @escaping @Sendable (OutputProblem) -> Void) async throws -> OutputReport {
        try requireLedger()
        let lock = try LedgerLock.take(outputPath: outputPath)
        defer { lock.release() }
        let ledger = try await Ledger.open(outputPath: outputPath, program: program)
        let pool = BlockingPool(threads: threads)
        let result: Result<OutputReport, any Error>
        do {
            result = .success(try await check(ledger, pool, onProblem))
        } catch {
            result = .failure(error)
        }
        await pool.shutDown()
        try await ledger.close()
        return try result.get()
    }

    /// Fails where no run has written: a lock would be the first file there.
    private func requireLedger() throws(ShotlistError) {
        guard !FileManager.default.fileExists(atPath: ClipWriterStage.join(outputPath, ".shotlist/ledger.sqlite"))
        else { return }
        throw ShotlistError(
            .outputInvalid, "There is no ledger in '\(outputPath)'.", remedy: "Give the output folder of a run.")
    }

    private func check(
        _ ledger: Ledger, _ pool: BlockingPool, _ onProblem: @escaping @Sendable (OutputProblem) -> Void
    ) async throws -> OutputReport {
        if let problem = try await ledger.problems().first {
            throw ShotlistError(
                .ledgerInvalid, "The ledger '\(ledger.path)' is damaged: \(problem).",
                remedy: "Run `shotlist verify --rebuild` on the output, which makes the ledger again from the files.")
        }
        var report = OutputReport()
        var last: String?
        while true {
            let page = try await ledger.sources(after: last, limit: 256)
            guard let end = page.last else { return report }
            last = end.path
            for source in page {
                let files = try await files(of: source, ledger)
                let found = try await problems(of: files, pool)
                report.files += files.reduce(0) { $0 + $1.paths.count }
                report.bytes += files.reduce(0) { $0 + $1.bytes }
                guard !found.isEmpty else { continue }
                for (_, problem) in found {
                    report.problems[problem.kind, default: 0] += 1
                    onProblem(problem)
                }
                let lost = found.filter { $0.problem.kind != .unreadable }
                try await ledger.commit(lost.map { LedgerChange.lost($0.file.lost) })
            }
        }
    }

    /// The files that the ledger tells of a video.
    private func files(of source: SourceState, _ ledger: Ledger) async throws -> [KnownFile] {
        var files: [KnownFile] = []
        for clip in try await ledger.clips(of: source.path) {
            let name = clip.id.uuidString.lowercased()
            // Files that are made and not kept have no hash.
            if let proof = clip.file?.proof, !proof.sha256.isEmpty {
                let path = "\(ClipWriterStage.outputPathClips(outputPath))/\(name).mp4"
                files.append(KnownFile(path, proof, .clipFile(clip.id)))
            }
            if let proof = clip.record {
                let path = "\(ClipWriterStage.outputPathMetas(outputPath))/\(name).json"
                files.append(KnownFile(path, proof, .clipRecord(clip.id)))
            }
            let previews = "\(ClipWriterStage.outputPathPreviews(outputPath))/\(name)"
            for window in try await ledger.windows(of: clip.id) {
                guard let proof = window.preview?.file else { continue }
                files.append(KnownFile("\(previews)/\(window.range).webp", proof, .preview(clip.id, window.range)))
            }
        }
        if let records = source.records {
            let paths = ClipWriterStage.recordPaths(outputPath, source.relativePath, chunks: records.count - 1)
            files.append(KnownFile(paths: paths, proof: records.together, lost: .sourceRecords(source.path)))
        }
        return files
    }

    /// Those that are not as they were written.
    private func problems(
        of files: [KnownFile], _ pool: BlockingPool
    ) async throws -> [(file: KnownFile, problem: OutputProblem)] {
        let found = Findings()
        try await forEach(files, width: threads) { file in
            if let problem = try await pool.run({ file.problem }) { await found.add(file, problem) }
        }
        return await found.all.sorted { $0.file.paths[0] < $1.file.paths[0] }
    }
}

/// What several tasks find.
private actor Findings {
    var all: [(file: KnownFile, problem: OutputProblem)] = []

    func add(_ file: KnownFile, _ problem: OutputProblem) {
        all.append((file, problem))
    }
}

/// A file that the ledger tells of, or the records of a video, which it knows as one.
private struct KnownFile: Sendable {
    let paths: [String]
    let proof: FileProof
    let lost: LostFile

    init(paths: [String], proof: FileProof, lost: LostFile) {
        self.paths = paths
        self.proof = proof
        self.lost = lost
    }

    init(_ path: String, _ proof: FileProof, _ lost: LostFile) {
        self.init(paths: [path], proof: proof, lost: lost)
    }

    var bytes: Int { proof.bytes }

    /// What is wrong with it; nil when nothing is. It reads the file, and so blocks.
    var problem: OutputProblem? {
        if let missing = paths.first(where: { Self.isMissing($0) }) {
            return OutputProblem(path: missing, kind: .missing)
        }
        do {
            let now = try RecordsProof.of(paths: paths).together
            // Of a file that another process wrote only the size may be known.
            let isSame = now.bytes == proof.bytes && (proof.sha256.isEmpty || now.sha256 == proof.sha256)
            guard !isSame else { return nil }
            return OutputProblem(path: paths[0], kind: .changed)
        } catch {
            let unreadable = paths.first { (try? FileProof.of(path: $0)) == nil }
            return OutputProblem(path: unreadable ?? paths[0], kind: .unreadable)
        }
    }

    private static func isMissing(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return errno == ENOENT || errno == ENOTDIR }
        // Something else that has its name is not the file.
        return status.st_mode & S_IFMT != S_IFREG
    }
}
