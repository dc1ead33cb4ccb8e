import Foundation
import ShotlistCore
import ShotlistLedger

#if canImport(Glibc)
    import Glibc
#endif

/// What came of making a ledger again.
public struct RebuildReport: Sendable, Hashable {
    /// The name that the old ledger has now; nil when there was none.
    public var setAside: String?
    /// Whether that one was sound, and so knew more than the new one.
    public var wasSound = false
    /// Videos whose records were read.
    public var videos = 0
    /// Clips whose records were read.
    public var clips = 0
    /// Windows whose answers are in the ledger again.
    public var answers = 0
    /// Videos whose records do not count, with the reason of each: they are worked on anew.
    public var left: [String: String] = [:]
    /// Records that tell too little, or are none.
    public var unreadable = 0
}

/// Makes an output's ledger again from the files, as far as they tell (`shotlist verify --rebuild`).
///
/// Records name the settings of what they tell by hashes, and so a run with the same settings finds its work done. What
/// records do not tell is gone: earlier captions, runs, attempts, and captions that waited for their enhancement.
public struct LedgerRebuild: Sendable {
    private let outputPath: String
    private let program: String

    /// Makes it for an output.
    ///
    /// - Parameters:
    ///   - outputPath: the folder that a run wrote below.
    ///   - program: this program's name and version.
    public init(outputPath: String, program: String) {
        self.outputPath = outputPath
        self.program = program
    }

    /// Makes a new ledger, and sets the one that there is aside when the new one is whole.
    ///
    /// - Throws: ``ShotlistError``: `output_in_use` while a run works there, `output_invalid` when no run has written
    ///   there, `disk_full`, `ledger_failed`.
    public func run() async throws -> RebuildReport {
        guard FileManager.default.fileExists(atPath: ClipWriterStage.outputPathMetas(outputPath)) else {
            throw ShotlistError(
                .outputInvalid, "There are no records in '\(outputPath)'.", remedy: "Give the output folder of a run.")
        }
        let lock = try LedgerLock.take(outputPath: outputPath)
        defer { lock.release() }
        var report = RebuildReport()
        report.wasSound = await isSound()
        // A part of a ledger would be taken for all of it: it has its place when it is whole.
        let building = ClipWriterStage.join(outputPath, ".shotlist/rebuild")
        try? FileManager.default.removeItem(atPath: building)
        defer { try? FileManager.default.removeItem(atPath: building) }
        let ledger = try await Ledger.open(outputPath: building, program: program)
        let pool = BlockingPool(threads: 1)
        let result: Result<RebuildReport, any Error>
        do {
            result = .success(try await fill(ledger, pool, report))
        } catch {
            result = .failure(error)
        }
        await pool.shutDown()
        try await ledger.close()
        report = try result.get()
        report.setAside = try Ledger.setAside(outputPath: outputPath)
        let path = ClipWriterStage.join(outputPath, ".shotlist/ledger.sqlite")
        guard rename(ledger.path, path) == 0 else {
            throw ShotlistError(
                .ledgerFailed, "The ledger '\(path)' cannot be put in its place: \(String(cString: strerror(errno))).",
                remedy: "Check the rights of the output folder and run it again.")
        }
        try DurableFolder.sync((path as NSString).deletingLastPathComponent)
        return report
    }

    /// Whether there is a ledger with which nothing is wrong.
    private func isSound() async -> Bool {
        guard let ledger = try? await Ledger.open(outputPath: outputPath, program: program, access: .readOnly) else {
            return false
        }
        let problems = try? await ledger.problems()
        try? await ledger.close()
        return problems?.isEmpty == true
    }

    private func fill(_ ledger: Ledger, _ pool: BlockingPool, _ report: RebuildReport) async throws -> RebuildReport {
        var report = report
        let (records, places) = try await pool.run { (recordsByVideo(), placesOfVideos()) }
        for (video, paths) in records.videos.sorted(by: { $0.key < $1.key }) {
            let place = places[video] ?? URL(filePath: video).lastPathComponent
            let reading = try await pool.run { read(video, paths) }
            report.unreadable += reading.unreadable
            guard let fingerprint = reading.fingerprint, !reading.clips.isEmpty else {
                report.left[video] = reading.problem ?? "its records tell too little"
                continue
            }
            let clips = reading.clips.sorted { $0.frames.lowerBound < $1.frames.lowerBound }
            let planned = clips.enumerated().map { index, clip in clip.planned(index: index, of: clips.count) }
            try await ledger.commit([
                .read(ReadSource(path: video, relativePath: place, fingerprint: fingerprint)),
                .planned(PlannedSource(path: video, plan: WorkKey(hash: clips[0].plan), clips: planned)),
            ])
            for clip in clips {
                let changes = clip.changes
                try await ledger.commit(clip.earlierCaptions + changes)
                report.answers += changes.count { if case .answered = $0 { true } else { false } }
            }
            report.videos += 1
            report.clips += clips.count
        }
        report.unreadable += records.unreadable
        return report
    }

    /// What the records of one video tell.
    private struct Reading: Sendable {
        var clips: [RecordedClip] = []
        var fingerprint: SourceFingerprint?
        var unreadable = 0
        var problem: String?
    }

    /// Reads a video's records, and what the video holds. Blocks.
    private func read(_ video: String, _ paths: [String]) -> Reading {
        var reading = Reading()
        do {
            reading.fingerprint = try SourceFingerprint.of(path: video)
        } catch {
            reading.problem = error.message
            return reading
        }
        for path in paths {
            do {
                reading.clips.append(try RecordedClip(path: path, outputPath: outputPath))
            } catch {
                reading.unreadable += 1
            }
        }
        let hadRecords = !reading.clips.isEmpty
        reading.clips.removeAll { $0.sourceDigest.map { $0 != reading.fingerprint?.digest } ?? false }
        if hadRecords, reading.clips.isEmpty { reading.problem = "it holds something else than when they were written" }
        // Of two ways of cutting the video the one that was written last counts.
        let plan = reading.clips.max { $0.written < $1.written }?.plan
        reading.clips.removeAll { $0.plan != plan }
        // Records that do not say what the video held were written after it.
        if let stamp = reading.fingerprint?.stamp,
            reading.clips.contains(where: { $0.sourceDigest == nil && $0.written < stamp.modified })
        {
            reading.problem = "it was written after its records"
            reading.clips = []
        }
        return reading
    }

    /// Paths of clips' records by the video that they name.
    private func recordsByVideo() -> (videos: [String: [String]], unreadable: Int) {
        let folder = ClipWriterStage.outputPathMetas(outputPath)
        var found: [String: [String]] = [:]
        var unreadable = 0
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".json") {
            let path = folder + "/" + name
            guard !name.hasPrefix(".") else { continue }
            if let video = RecordedClip.video(path: path) {
                found[video, default: []].append(path)
            } else {
                unreadable += 1
            }
        }
        return (found, unreadable)
    }

    /// The paths of videos below the input folder, as far as their own records tell them.
    private func placesOfVideos() -> [String: String] {
        let folder = ClipWriterStage.outputPathProcessedVideos(outputPath)
        var places: [String: String] = [:]
        for found in FolderWalk.files(below: folder) where found.path.hasSuffix(".json") {
            guard let video = (try? RecordFields(path: folder + "/" + found.path))?.text("video") else { continue }
            places[video] = String(found.path.dropLast(5))
        }
        return places
    }
}
