import AsyncAlgorithms
import ShotlistCore
import ShotlistLedger

/// A clip on its way to be worked on.
struct ClipItem: Sendable {
    let clip: Clip
    /// What the ledger knows of it; nil when nothing is to be looked up.
    let known: ClipState?
}

/// Opens the videos one after another and hands on their clips. Videos of which nothing is left to do are counted and not
/// opened.
struct ClipFeeder: Sendable {
    let shape: PipelineShape
    let context: RunContext
    let collector: Collector
    let resume: Resume?

    /// Videos that are looked up together.
    private static let together = 256

    /// A video file that was opened.
    private struct Opened: Sendable {
        let check: SourceCheck?
        let video: Result<Video, ShotlistError>
    }

    /// Feeds every clip of every file, then closes the channel.
    func feed(_ files: [VideoFile], to clips: AsyncChannel<ClipItem>) async throws {
        defer { clips.finish() }
        try await resume?.found(files)
        try await resume?.forget(files)
        for start in stride(from: 0, to: files.count, by: Self.together) {
            let some = Array(files[start..<min(files.count, start + Self.together)])
            let known = try await resume?.known(some) ?? [:]
            for file in some {
                try Task.checkCancellation()
                let source = known[PathKey(file.inputPath)]
                switch source?.kept {
                case .done(let totals)?: await collector.keep(file, totals)
                case .failed(let reason)?: await collector.keep(file, failedFor: reason)
                case nil: try await feed(file, known: source?.state, to: clips)
                }
            }
        }
    }

    private func feed(_ file: VideoFile, known: SourceState?, to clips: AsyncChannel<ClipItem>) async throws {
        let opened = try await open(file, known)
        let video: Video
        do {
            video = try opened.video.get()
        } catch {
            if error.code != .cancelled { try await resume?.fail(file, error, opened.check) }
            try await collector.fail(file, error)
            return
        }
        if let warning = shape.preview?.warning(for: video) { context.report(.warning(warning)) }
        for text in video.warnings.sorted(by: { $0.key < $1.key }) { context.report(.warning(text.value)) }
        let found = shape.splitter.clips(of: video)
        let states =
            try await resume?.open(file, video, opened.check, found, windows: shape.preparation?.windowPlan) ?? [:]
        try await collector.open(video, file: file, clips: found.count)
        let done = try await keepDone(found, states, of: video)
        for clip in found where done[clip.id] == nil {
            await clips.send(ClipItem(clip: clip, known: states[clip.id]))
        }
    }

    /// Opens a file. What it holds is told before it is probed, so that the next run sees what changes meanwhile.
    private func open(_ file: VideoFile, _ known: SourceState?) async throws -> Opened {
        let hasLedger = resume != nil
        return try await context.pool.run { [source = shape.source] in
            var check: SourceCheck?
            // What cannot be read as a file is for the source stage to tell of.
            if hasLedger, file.problem == nil { check = try? SourceCheck.of(file, known: known) }
            return Opened(
                check: check, video: Result { () throws(ShotlistError) in try source.probe(file) })
        }
    }

    /// Counts the clips of a video that need no work, and gives them.
    private func keepDone(
        _ found: [Clip], _ states: [Clip.ID: ClipState], of video: Video
    ) async throws -> [Clip.ID: ClipOutline] {
        guard let resume else { return [:] }
        let done = try await resume.doneClips(states, of: video.inputPath)
        guard !done.isEmpty else { return [:] }
        let totals = try await resume.ledger.totals(
            of: [video.inputPath], done: resume.keys.all, words: resume.hasWords)
        await collector.keep(totals[PathKey(video.inputPath)] ?? SourceTotals())
        for clip in found {
            if let outline = done[clip.id] { try await collector.keep(clip, outline) }
        }
        return done
    }
}

extension SourceCheck {
    /// Checks a file. One that is as it was and is below another input folder now is told anew, since its records are
    /// written elsewhere.
    fileprivate static func of(_ file: VideoFile, known: SourceState?) throws(ShotlistError) -> SourceCheck {
        let check = try of(path: file.inputPath, known: known)
        guard check == .unchanged, let known, let digest = known.digest,
            PathKey(known.relativePath) != PathKey(file.relativePath)
        else { return check }
        return .touched(SourceFingerprint(stamp: known.stamp, digest: digest))
    }
}
