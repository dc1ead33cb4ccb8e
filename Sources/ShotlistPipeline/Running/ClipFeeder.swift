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
    /// Videos that the source is told of before they are wanted.
    private static let announced = 8

    /// A video file that was opened.
    private struct Opened: Sendable {
        let check: SourceCheck?
        let video: Result<Video, ShotlistError>
    }

    /// Feeds the clips of those files that no other run works on, then closes the channel.
    ///
    /// - Returns: the others.
    func feed(_ files: [VideoFile], to clips: AsyncChannel<ClipItem>) async throws -> [VideoFile] {
        defer { clips.finish() }
        var held: [VideoFile] = []
        for start in stride(from: 0, to: files.count, by: Self.together) {
            let some = Array(files[start..<min(files.count, start + Self.together)])
            let known = try await resume?.known(some) ?? [:]
            let wanted = some.filter { known[PathKey($0.inputPath)]?.kept == nil && $0.problem == nil }
            var come = 0
            for file in some {
                try Task.checkCancellation()
                let source = known[PathKey(file.inputPath)]
                if source?.kept == nil, file.problem == nil { come += 1 }
                let soon = Array(wanted.dropFirst(come).prefix(Self.announced))
                let isFed = try await feed(file, source, soon: soon, to: clips)
                if !isFed { held.append(file) }
            }
        }
        return held
    }

    /// Feeds the clips of a file, unless nothing is left to do.
    ///
    /// - Returns: false when another run works on it.
    func feed(
        _ file: VideoFile, _ known: KnownSource?, soon: [VideoFile] = [], to clips: AsyncChannel<ClipItem>
    ) async throws -> Bool {
        var known = known
        if known != nil, known?.kept == nil, let resume {
            guard try await !resume.isHeld(file) else {
                // It may have been brought here ahead.
                await shape.source.release(file.inputPath)
                return false
            }
            // Another run may have done it since it was looked up.
            known = try await resume.known([file])[PathKey(file.inputPath)]
        }
        switch known?.kept {
        case .done(let totals)?: await collector.keep(file, totals)
        case .failed(let reason)?: await collector.keep(file, failedFor: reason)
        case nil: return try await fetch(file, known: known?.state, soon: soon, to: clips)
        }
        await shape.source.release(file.inputPath)
        return true
    }

    /// Brings a file here and feeds its clips.
    ///
    /// - Returns: false when another run works on it.
    private func fetch(
        _ file: VideoFile, known: SourceState?, soon: [VideoFile], to clips: AsyncChannel<ClipItem>
    ) async throws -> Bool {
        await collector.uses.begin(file.inputPath)
        var place = file.inputPath
        do {
            if file.problem == nil {
                try await context.room.wait()
                place = try await context.room.writing {
                    try await shape.source.fetch(file, soon: context.room.isPaused ? [] : soon)
                }
            }
        } catch let error as ShotlistError where !error.endsRun && error.code != .diskFull {
            // It is not told to the ledger: the next run tries again. Only of a worker nobody lists the videos anew.
            if case .worker = context.share { try await resume?.failUnfetched(file, error) }
            await collector.uses.end(file.inputPath)
            try await collector.fail(file, error)
            return true
        }
        let isFed = try await work(on: file, at: place, known: known, to: clips)
        await collector.uses.end(file.inputPath)
        return isFed
    }

    /// Opens a file and feeds its clips.
    ///
    /// - Returns: false when another run works on it.
    private func work(
        on file: VideoFile, at place: String, known: SourceState?, to clips: AsyncChannel<ClipItem>
    ) async throws -> Bool {
        let opened = try await open(file, at: place, known)
        let video: Video
        do throws(ShotlistError) {
            if let problem = resume?.selection?.problem(of: file, opened.check) { throw problem }
            video = try opened.video.get()
        } catch {
            // What has captions keeps them, whatever becomes of asking again.
            if error.code != .cancelled, resume?.selection == nil {
                try await resume?.fail(file, error, opened.check)
                if opened.check == nil, case .worker = context.share { try await resume?.failUnfetched(file, error) }
            }
            try await collector.fail(file, error)
            return true
        }
        let all = shape.splitter.clips(of: video)
        let found = context.share.clips(of: all, in: file.span)
        let shared = context.share.isShared(file) ? context.share.wholeVideo(all, found) : nil
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
        try await collector.open(video, file: file, clips: found.count, shared: shared)
        let done = try await keepDone(found, states, of: video, isPart: file.span != nil)
        for clip in found where !done.contains(clip.id) {
            await collector.uses.begin(video.inputPath)
            await clips.send(ClipItem(clip: clip, known: states[clip.id]))
        }
        return true
    }

    /// Opens a file. What it holds is told before it is probed, so that the next run sees what changes meanwhile.
    private func open(_ file: VideoFile, at place: String, _ known: SourceState?) async throws -> Opened {
        let hasLedger = resume != nil
        return try await context.pool.run { [source = shape.source] in
            var check: SourceCheck?
            // What cannot be read as a file is for the source stage to tell of.
            if hasLedger, file.problem == nil { check = try? SourceCheck.of(file, at: place, known: known) }
            return Opened(
                check: check, video: Result { () throws(ShotlistError) in try source.probe(file) })
        }
    }

    /// Counts the clips of a video that need no work, and gives them.
    private func keepDone(
        _ found: [Clip], _ states: [Clip.ID: ClipState], of video: Video, isPart: Bool
    ) async throws -> Set<Clip.ID> {
        guard let resume else { return [] }
        if let selection = resume.selection { return try await keepOthers(found, of: video, selection, resume) }
        let done = try await resume.doneClips(states, of: video.inputPath)
        guard !done.isEmpty else { return [] }
        if isPart {
            // Of the others, which may be done, too, another task tells.
            let own = found.compactMap { done[$0.id] }
            var totals = SourceTotals()
            (totals.clips, totals.windows) = (own.count, own.reduce(0) { $0 + $1.windows.count })
            await collector.keep(totals)
        } else {
            let totals = try await resume.ledger.totals(
                of: [video.inputPath], done: resume.keys.all, words: resume.hasWords)
            await collector.keep(totals[PathKey(video.inputPath)] ?? SourceTotals())
        }
        for clip in found {
            if let outline = done[clip.id] { try await collector.keep(clip, outline) }
        }
        return Set(found.map(\.id).filter { done[$0] != nil })
    }
}

extension SourceCheck {
    /// Checks a file. One that is as it was and is below another input folder now is told anew, since its records are
    /// written elsewhere.
    ///
    /// - Parameter place: where its bytes are.
    fileprivate static func of(
        _ file: VideoFile, at place: String, known: SourceState?
    ) throws(ShotlistError) -> SourceCheck {
        let check = try of(path: place, known: known, stamp: file.stamp)
        guard check == .unchanged, let known, let digest = known.digest,
            PathKey(known.relativePath) != PathKey(file.relativePath)
        else { return check }
        return .touched(SourceFingerprint(stamp: known.stamp, digest: digest))
    }
}
