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
        var held = try await feedFree(files, to: clips)
        if !held.isEmpty {
            context.report(
                .note("Other runs work on \(held.count) video(s). This one waits, and goes on with what they leave."))
        }
        while !held.isEmpty {
            try await Task.sleep(for: Self.pause)
            held = try await feedFree(held, to: clips)
        }
    }

    /// How long a run waits before it looks again at what others work on.
    private static let pause = Duration.seconds(1)

    /// Feeds the clips of those files that no other run works on.
    ///
    /// - Returns: the others.
    private func feedFree(_ files: [VideoFile], to clips: AsyncChannel<ClipItem>) async throws -> [VideoFile] {
        var held: [VideoFile] = []
        for start in stride(from: 0, to: files.count, by: Self.together) {
            let some = Array(files[start..<min(files.count, start + Self.together)])
            let known = try await resume?.known(some) ?? [:]
            for file in some {
                try Task.checkCancellation()
                let isFed = try await feed(file, known[PathKey(file.inputPath)], to: clips)
                if !isFed { held.append(file) }
            }
        }
        return held
    }

    /// Feeds the clips of a file, unless nothing is left to do.
    ///
    /// - Returns: false when another run works on it.
    private func feed(
        _ file: VideoFile, _ known: KnownSource?, to clips: AsyncChannel<ClipItem>
    ) async throws -> Bool {
        switch known?.kept {
        case .done(let totals)?: await collector.keep(file, totals)
        case .failed(let reason)?: await collector.keep(file, failedFor: reason)
        case nil:
            if known != nil, let resume, try await resume.isHeld(file) { return false }
            return try await work(on: file, known: known?.state, to: clips)
        }
        return true
    }

    /// Opens a file and feeds its clips.
    ///
    /// - Returns: false when another run works on it.
    private func work(
        on file: VideoFile, known: SourceState?, to clips: AsyncChannel<ClipItem>
    ) async throws -> Bool {
        let opened = try await open(file, known)
        let video: Video
        do {
            video = try opened.video.get()
        } catch {
            if error.code != .cancelled { try await resume?.fail(file, error, opened.check) }
            try await collector.fail(file, error)
            return true
        }
        let found = shape.splitter.clips(of: video)
        var states: [Clip.ID: ClipState] = [:]
        if let resume {
            let opening = try await resume.open(
                file, video, known: known, opened.check, found, windows: shape.preparation?.windowPlan)
            switch opening {
            case .taken(let known): states = known
            case .held: return false
            case .done: return try await feed(file, try await resume.known([file])[PathKey(file.inputPath)], to: clips)
            }
        }
        if let warning = shape.preview?.warning(for: video) { context.report(.warning(warning)) }
        for text in video.warnings.sorted(by: { $0.key < $1.key }) { context.report(.warning(text.value)) }
        try await collector.open(video, file: file, clips: found.count)
        let done = try await keepDone(found, states, of: video)
        for clip in found where done[clip.id] == nil {
            await clips.send(ClipItem(clip: clip, known: states[clip.id]))
        }
        return true
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
