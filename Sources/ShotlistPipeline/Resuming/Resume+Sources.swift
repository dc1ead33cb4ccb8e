import Foundation
import ShotlistCore
import ShotlistLedger

/// A video that an earlier run has found.
struct KnownSource: Sendable {
    let state: SourceState
    /// What is left of it when nothing is to be done; nil when something may be.
    var kept: Kept?

    /// How a video ended that needs no further work.
    enum Kept: Sendable {
        /// With so much done.
        case done(SourceTotals)
        /// It could not be read.
        case failed(WindowReason)
    }
}

/// What came of opening a video.
enum SourceOpening: Sendable {
    /// It is this run's, and this is known of its clips, by id.
    case taken([Clip.ID: ClipState])
    /// Another run works on it.
    case held
    /// Another run has done it since it was looked up.
    case done
}

/// Videos: which need no work, and what becomes of the others.
extension Resume {
    /// Tells the ledger of all videos before the first is opened, so that it knows what is left when the run is stopped.
    ///
    /// - Parameter isEndless: whether more come later, so that these are added to those that were found.
    func found(_ files: [VideoFile], isEndless: Bool = false) async throws {
        for start in stride(from: 0, to: files.count, by: 4096) {
            let some = files[start..<min(files.count, start + 4096)].filter { $0.problem == nil }
            let known = try await ledger.sources(some.map(\.inputPath))
            // Folders are named otherwise as a whole: the first videos show it.
            if start == 0 {
                let new = some.prefix(256).filter { known[PathKey($0.inputPath)] == nil }
                try await warnOfDoubles(among: new)
            }
            let new = try await context.pool.run {
                some.filter { known[PathKey($0.inputPath)] == nil }.compactMap { file -> LedgerChange? in
                    // One that cannot be looked at is told of when its turn comes.
                    guard let stamp = file.stamp ?? (try? SourceStamp.of(path: file.inputPath)) else { return nil }
                    return .found(
                        FoundSource(path: file.inputPath, relativePath: file.relativePath, stamp: stamp))
                }
            }
            if !new.isEmpty { try await commit(new) }
            if context.share != .whole {
                try await commit(.listed(sources: some.map(\.inputPath), isFirst: start == 0 && !isEndless))
            }
        }
    }

    /// What is known of some videos, by path. Those that are done, and are as they were, say so: none of them is opened.
    func known(_ files: [VideoFile]) async throws -> [PathKey: KnownSource] {
        let states = try await ledger.sources(files.map(\.inputPath))
        var known = states.mapValues { KnownSource(state: $0) }
        guard !policy.force, selection == nil else { return known }
        let refused = RefusedWork.key(keys, context.limits)
        let places = Dictionary(files.map { (PathKey($0.inputPath), PathKey($0.relativePath)) }) { _, last in last }
        // One that is below another input folder now has its records elsewhere: they are still to be written.
        let finished = states.values.filter { state in
            (state.isDone(keys) || (refused != nil && state.done == refused?.hash))
                && places[PathKey(state.path)] == PathKey(state.relativePath)
        }
        let stamps = Dictionary(
            files.compactMap { file in file.stamp.map { (PathKey(file.inputPath), $0) } }, uniquingKeysWith: { $1 })
        let unchanged = try await context.pool.run {
            finished.filter { state in
                (stamps[PathKey(state.path)] ?? (try? SourceStamp.of(path: state.path))) == state.stamp
            }
        }
        let paths = unchanged.filter { $0.status == .done }.map(\.path)
        let totals = paths.isEmpty ? [:] : try await ledger.totals(of: paths, done: keys.all, words: hasWords)
        for state in unchanged {
            switch state.status {
            case .done:
                let total = totals[PathKey(state.path)] ?? SourceTotals()
                guard !policy.retryFailed || !total.hasFailures else { continue }
                known[PathKey(state.path)]?.kept = .done(total)
            case .failed where !policy.retryFailed:
                guard let reason = state.reason else { continue }
                known[PathKey(state.path)]?.kept = .failed(reason)
            case .failed, .open: break
            }
        }
        return known
    }

    /// Says when new videos write the records of others, as do those of a folder that was named by another path before.
    private func warnOfDoubles(among new: [VideoFile]) async throws {
        guard !new.isEmpty, let other = try await ledger.sources(at: new.map(\.relativePath)).first,
            let file = new.first(where: { PathKey($0.relativePath) == PathKey(other.relativePath) })
        else { return }
        context.report(
            .warning(
                "'\(file.inputPath)' and '\(other.path)' of an earlier run have one record, "
                    + "'processed_videos/\(file.relativePath).json', which tells of the later one alone. "
                    + "If they are one video, name its folder as before; if not, give another output path."))
    }

    /// Tells the ledger of a video that is worked on, with its clips and windows.
    ///
    /// - Parameters:
    ///   - known: what was looked up of it.
    ///   - check: whether it is what the ledger knew; nil when its file could not be read as one, so that it is not tracked.
    ///   - windows: how clips are cut into windows; nil where they are not.
    /// - Returns: what is known of its clips, unless another run has it.
    func open(
        _ file: VideoFile, _ video: Video, known: SourceState?, _ check: SourceCheck?, _ clips: [Clip],
        windows: WindowPlan?
    ) async throws -> SourceOpening {
        guard let check, video.inputPath == file.inputPath else { return .taken([:]) }
        var changes = read(file, check)
        let planned = clips.map { clip in
            PlannedClip(clip, windows: windows?.windows(totalFrames: clip.frames.count) ?? [])
        }
        changes.append(
            .planned(
                PlannedSource(path: file.inputPath, plan: keys.plan, clips: planned, isPart: file.span != nil)))
        let isDoneAnyway = policy.force || policy.retryFailed || known?.isDone(keys) == true
        var isChanged = false
        if case .changed = check { isChanged = true }
        // Of a video that has changed records are taken away, while the ledger still knows it as it was: not before it is
        // this run's.
        let lease = try await context.room.writing { [changes, isChanged] in
            try await ledger.lease(
                file.inputPath, unlessDone: isDoneAnyway ? nil : keys.all, isChanged ? [] : changes)
        }
        let isNew: Bool
        switch lease {
        case .held: return .held
        case .done: return .done
        case .taken(let isFirst): isNew = isFirst
        }
        if isChanged {
            context.report(
                .note("'\(file.inputPath)' has changed since an earlier run; what is made of it is made anew."))
            try await removeRecords(ofChanged: file)
            try await commit(changes)
        }
        track(file.inputPath)
        selection?.note(done: known?.done, ofSource: file.inputPath)
        guard !policy.force else { return .taken([:]) }
        var states = isNew ? [] : try await ledger.clips(of: file.inputPath)
        let others = context.share == .whole ? [] : try await takeRecords(of: clips, knowing: states, file)
        if !others.isEmpty { states = try await ledger.clips(of: file.inputPath) }
        return .taken(Dictionary(states.map { ($0.id, $0) }) { _, last in last })
    }

    /// Whether another run works on a video now.
    func isHeld(_ file: VideoFile) async throws -> Bool {
        try await ledger.isHeld(file.inputPath)
    }

    /// Whether other runs work on all of some videos now.
    func areHeld(_ files: [VideoFile]) async throws -> Bool {
        for file in files {
            guard try await isHeld(file) else { return false }
        }
        return true
    }

    /// Whether this run may tell how a video ended that cannot be worked on: of what another works on, that one does. One
    /// that may have records is this run's from then on, so that nobody writes those that it takes away.
    private func takesEnd(of file: VideoFile, _ check: SourceCheck) async throws -> Bool {
        if case .new = check { return try await !isHeld(file) }
        let lease = try await context.room.writing { try await ledger.lease(file.inputPath, unlessDone: nil, []) }
        if case .held = lease { return false }
        return true
    }

    /// Tells the ledger of a video that cannot be worked on.
    func fail(_ file: VideoFile, _ error: ShotlistError, _ check: SourceCheck?) async throws {
        guard let check, try await takesEnd(of: file, check) else { return }
        try await removeRecords(ofFailed: file, error, check)
        let reason = WindowReason(error)
        let settled = reason.isTriedAgain ? nil : keys.all
        let ended = EndedSource(
            path: file.inputPath, status: .failed, reason: reason,
            done: reason.isOfALimit ? RefusedWork.key(keys, context.limits) : settled)
        var changes = read(file, check)
        changes.append(.endedSource(ended))
        try await commit(changes)
    }

    /// Tells the ledger of a video that it knows, and that cannot be brought here or opened; another try is another matter.
    func failUnfetched(_ file: VideoFile, _ error: ShotlistError) async throws {
        guard try await ledger.source(file.inputPath) != nil else { return }
        try await commit([
            .endedSource(
                EndedSource(path: file.inputPath, status: .failed, reason: WindowReason(error), done: nil))
        ])
    }

    /// The clips of a video that need no work, by id.
    func doneClips(_ states: [Clip.ID: ClipState], of path: String) async throws -> [Clip.ID: ClipOutline] {
        // What failed is found when a clip is looked at more closely.
        guard !policy.retryFailed, states.values.contains(where: { $0.isDone(keys) }) else { return [:] }
        let outlines = try await ledger.outlines(of: path, done: keys.all, variant: variant)
        return Dictionary(outlines.map { ($0.id, $0) }) { _, last in last }
    }

    private func read(_ file: VideoFile, _ check: SourceCheck) -> [LedgerChange] {
        switch check {
        case .unchanged: []
        case .new(let fingerprint), .touched(let fingerprint), .changed(let fingerprint):
            [
                .read(
                    ReadSource(
                        path: file.inputPath, relativePath: file.relativePath, fingerprint: fingerprint))
            ]
        }
    }
}
