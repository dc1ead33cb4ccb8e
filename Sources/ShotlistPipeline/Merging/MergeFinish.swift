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

    func run() async throws -> MergeReport {
        try await checkGaps()
        var report = MergeReport()
        var last: String?
        while true {
            let page = try await ledger.sources(after: last, limit: Self.together)
            guard let end = page.last else { break }
            last = end.path
            for source in page where !source.isDone(keys) && source.status != .failed {
                try await writeRecords(of: source)
                report.written += 1
            }
            try await count(page, in: &report.summary)
        }
        report.summary.finish(seconds: 0, cancelled: false)
        return report
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

    /// Writes the records of a video that are of all its clips; its own one was written by who made its first clip.
    private func writeRecords(of source: SourceState) async throws {
        let outlines = try await ledger.outlines(of: source.path, done: keys.all, variant: work.captions?.variant)
        let spans = Dictionary(try await ledger.clips(of: source.path).map { ($0.id, $0.span) }) { _, last in last }
        let clips = outlines.compactMap { outline in
            spans[outline.id].map { ClipDigest(outline, span: $0) }
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
        try await OldRecords(outputPath: outputPath, files: files)
            .removeChunks(from: chunks.count, of: source.path, at: source.relativePath)
        try await ledger.commit(
            .endedSource(
                EndedSource(
                    path: source.path, status: .done, done: keys.all, records: RecordsProof(of: records))))
    }

    private func count(_ page: [SourceState], in summary: inout RunSummary) async throws {
        summary.videos += page.count
        let hasWords = work.captions?.enhancement != nil || work.captions?.namedPrompts.isEmpty == false
        let totals = try await ledger.totals(of: page.map(\.path), done: keys.all, words: hasWords)
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
