import Foundation
import ShotlistCore
import ShotlistLedger

/// What is left when the ledgers of an output's parts are one: that nothing is missing, the records of videos, and the sum.
struct MergeFinish: Sendable {
    let outputPath: String
    let ledger: Ledger
    let work: RunWork
    let keys: RunKeys
    let files: any OutputFiles

    /// Sources that are looked at together.
    private static let together = 256
    /// Sources whose records are written at once.
    static let atOnce = 8

    func run() async throws -> MergeReport {
        try await checkGaps()
        var report = MergeReport()
        var last: String?
        while true {
            let page = try await ledger.listedSources(after: last, limit: Self.together)
            guard let end = page.last else { break }
            last = end.path
            report.written += try await settle(page)
            try await count(page, in: &report.summary)
        }
        report.summary.finish(seconds: 0, cancelled: false)
        return report
    }

    /// Writes the records of some sources, and removes those of failed ones.
    ///
    /// - Returns: of how many records were written.
    private func settle(_ page: [SourceState]) async throws -> Int {
        // Two videos of one name have the same records, of which the later ones stay.
        let groups = Dictionary(grouping: page, by: \.relativePath)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            var written = 0
            for (index, sources) in groups.values.enumerated() {
                if index >= Self.atOnce { written += try await group.next() ?? 0 }
                group.addTask {
                    var written = 0
                    for source in sources where try await settle(source) { written += 1 }
                    return written
                }
            }
            for try await count in group { written += count }
            return written
        }
    }

    private func settle(_ source: SourceState) async throws -> Bool {
        if source.status == .failed {
            try await oldRecords.remove(of: source.path, at: source.relativePath)
            return false
        }
        if source.isDone(keys) { return false }
        return try await writeRecords(of: source)
    }

    private func checkGaps() async throws {
        let gaps = try await ledger.gaps(done: keys.all)
        if let gap = gaps.first {
            let more = gaps.count > 1 ? ", and \(gaps.count - 1) more videos" : ""
            throw ShotlistError(
                .outputInvalid,
                "Clips are missing: of '\(gap.path.printable)' \(gap.done) of \(gap.clips) are done\(more).",
                remedy: "Run what made them again (it goes on where it stopped), and merge again.")
        }
        let unread = try await ledger.unread()
        guard let first = unread.first else { return }
        throw ShotlistError(
            .outputInvalid, "\(unread.count) videos were found and not worked on, such as '\(first.printable)'.",
            remedy: "Run what found them again, and merge again.")
    }

    private var oldRecords: OldRecords { OldRecords(outputPath: outputPath, files: files) }

    /// Writes the records of a video that are of all its clips; its own one was written by who made its first clip.
    ///
    /// - Returns: false of one that no run has cut.
    private func writeRecords(of source: SourceState) async throws -> Bool {
        guard source.plan != nil else { return false }
        let variant = work.captions?.variant
        let settled = Set(try await ledger.outlines(of: source.path, done: keys.all, variant: variant).map(\.id))
        let outlines = try await ledger.outlines(of: source.path, done: nil, variant: variant)
        let spans = Dictionary(try await ledger.clips(of: source.path).map { ($0.id, $0.span) }) { _, last in last }
        var clips: [ClipDigest] = []
        for outline in outlines {
            guard let span = spans[outline.id] else { continue }
            let known = settled.contains(outline.id) ? outline : try await withoutOutdated(outline)
            clips.append(ClipDigest(known, span: span))
        }
        let chunks = VideoMeta.chunks(of: clips)
        let paths = ClipWriterStage.recordPaths(outputPath, source.relativePath, chunks: chunks.count)
        guard let own = try await files.read(paths[0]) else {
            throw ShotlistError(
                .outputInvalid, "The record of '\(source.path.printable)' is missing: '\(paths[0].printable)'.",
                remedy:
                    "Run the shard that made its first clip again with --force, or give the whole video to a worker, and "
                    + "merge again.")
        }
        var records = [own]
        for (index, chunk) in chunks.enumerated() {
            let record = ChunkMeta(video: source.path, index: index, clips: chunk).record.data
            try await files.write(record, to: paths[index + 1])
            records.append(record)
        }
        try await oldRecords.removeChunks(from: chunks.count, of: source.path, at: source.relativePath)
        // Of what failed for the machine's sake something is left to do.
        let isDone = outlines.allSatisfy { settled.contains($0.id) }
        try await ledger.commit(
            .endedSource(
                EndedSource(
                    path: source.path, status: isDone ? .done : .open, done: isDone ? keys.all : nil,
                    records: RecordsProof(of: records))))
        return true
    }

    /// A clip of which something is left to do, without captions of other settings (`--on-existing skip`), which are in no chunk.
    private func withoutOutdated(_ outline: ClipOutline) async throws -> ClipOutline {
        guard let captions = keys.captions else { return outline }
        let current = try await ledger.answers(of: outline.id, settings: captions).filter(\.value.isCurrent)
        var outline = outline
        outline.windows = outline.windows.map { window in
            current[window.range] != nil
                ? window
                : WindowOutline(
                    range: window.range, caption: nil, enhancedCaption: nil, hasPreview: window.hasPreview)
        }
        return outline
    }

    private func count(_ page: [SourceState], in summary: inout RunSummary) async throws {
        summary.videos += page.count
        let hasWords = work.captions?.enhancement != nil || work.captions?.namedPrompts.isEmpty == false
        let totals = try await ledger.totals(ofWritten: page.map(\.path), words: hasWords)
        for total in totals.values { summary.add(total, hasPreviews: keys.previews != nil) }
        for source in page where source.status == .failed {
            summary.failedVideos[source.path] = source.reason?.message ?? "It cannot be read."
        }
    }
}

extension ClipDigest {
    /// What a ledger tells of a clip that is done.
    init(_ outline: ClipOutline, span: ClipSpan) {
        self.init(
            name: outline.id.uuidString.lowercased(), span: span, isEncoded: outline.hasFile,
            hasPreview: outline.windows.contains(where: \.hasPreview),
            captions: outline.windows.map { ($0.range.description, $0.caption) },
            enhancedCaptions: outline.windows.map { ($0.range.description, $0.enhancedCaption) })
    }
}
