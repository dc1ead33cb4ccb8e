import ShotlistCore
import ShotlistLedger

/// A run that asks about selected windows: what has none is counted and left as it is.
extension RunFlow {
    /// Counts videos without a selected window, which are not opened.
    ///
    /// - Returns: the others.
    func keepOthers(
        _ files: [VideoFile], _ selection: SelectedWindows, _ resume: Resume
    ) async throws -> [VideoFile] {
        let wanted = files.filter { selection.sources[PathKey($0.inputPath)] != nil }
        let found = Set(wanted.map { PathKey($0.inputPath) })
        let missing = selection.sources.filter { !found.contains($0.key) }.values.sorted()
        if let first = missing.first {
            let more = missing.count > 1 ? " and \(missing.count - 1) more" : ""
            context.report(
                .warning(
                    "Selected windows are of videos that are not among those of this run: '\(first)'\(more). They are not"
                        + " asked about."))
        }
        let others = files.filter { selection.sources[PathKey($0.inputPath)] == nil }
        for start in stride(from: 0, to: others.count, by: 256) {
            let some = others[start..<min(others.count, start + 256)]
            let paths = some.map(\.inputPath)
            let states = try await resume.ledger.sources(paths)
            let totals = try await resume.ledger.totals(ofWritten: paths, words: resume.hasWords)
            for file in some {
                let key = PathKey(file.inputPath)
                if let state = states[key], state.status == .failed, let reason = state.reason {
                    await collector.keep(file, failedFor: reason)
                } else {
                    await collector.keep(file, totals[key] ?? SourceTotals())
                }
            }
        }
        return wanted
    }
}

extension SelectedWindows {
    /// Refuses videos none of which has a selected window, before anything is written.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func refuseOthers(_ files: [VideoFile]) throws(ShotlistError) {
        guard !files.contains(where: { sources[PathKey($0.inputPath)] != nil }),
            let first = sources.values.sorted().first
        else { return }
        throw ShotlistError(
            .invalidArgument, "No selected window is of a video of this run; the first is of '\(first)'.",
            remedy: "Name the folder of videos as the run did that captioned them.")
    }
}

extension ClipFeeder {
    /// Counts the clips of a video without a selected window, and gives them. One that has no record yet is not counted,
    /// and the video's records wait for it.
    func keepOthers(
        _ found: [Clip], of video: Video, _ selection: SelectedWindows, _ resume: Resume
    ) async throws -> Set<Clip.ID> {
        let others = found.filter { !selection.has($0.id) }
        guard !others.isEmpty else { return [] }
        let outlines = try await resume.ledger.outlines(of: video.inputPath, done: nil, variant: nil)
        let written = Dictionary(outlines.map { ($0.id, $0) }) { _, last in last }
        let totals = try await resume.ledger.totals(
            ofWritten: [video.inputPath], without: found.map(\.id).filter { selection.has($0) }, words: resume.hasWords)
        await collector.keep(totals[PathKey(video.inputPath)] ?? SourceTotals())
        for clip in others {
            if let outline = written[clip.id] { try await collector.keep(clip, outline) }
        }
        return Set(others.map(\.id))
    }
}

extension Collector {
    /// Leaves a clip as it is whose selected windows cannot be asked about.
    func leave(_ clip: Clip, _ error: ShotlistError) async {
        await tally.update { $0.failedRecords["clip \(clip.name)"] = error.description }
        context.report(.warning("Clip \(clip.name) is left as it is: \(error)"))
    }
}
