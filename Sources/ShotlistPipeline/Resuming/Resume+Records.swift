import Foundation
import ShotlistCore
import ShotlistLedger

/// What others have done of clips that this process's ledger does not know: a worker that died, or a shard of another number.
extension Resume {
    /// Clips whose records are looked for at once.
    private static let together = 16

    /// Tells the ledger what the records of clips tell that it does not know, as far as they were made of the same video, cut
    /// in the same way. That nothing is left to do of them is found when they are looked at more closely.
    ///
    /// - Parameter states: what the ledger knows.
    /// - Returns: the clips whose records tell something.
    func takeRecords(of clips: [Clip], knowing states: [ClipState], _ file: VideoFile) async throws -> [Clip.ID] {
        // What the ledger has let go of, since it was to be made anew, is not brought back by the record that was there before.
        let known = Set(states.filter { $0.record != nil || $0.done != nil || $0.status != nil }.map(\.id))
        let others = clips.filter { !known.contains($0.id) }
        guard !others.isEmpty, let source = try await ledger.source(file.inputPath), !source.isForced,
            let digest = source.digest
        else { return [] }
        var taken: [Clip.ID] = []
        for start in stride(from: 0, to: others.count, by: Self.together) {
            let some = others[start..<min(others.count, start + Self.together)]
            let found = try await withThrowingTaskGroup(of: RecordedClip?.self) { group in
                for clip in some { group.addTask { try await record(of: clip, digest) } }
                var found: [RecordedClip] = []
                for try await record in group { if let record { found.append(record) } }
                return found
            }
            for record in found {
                // One with answers was begun here.
                guard try await ledger.currentAnswers(of: record.id).isEmpty else { continue }
                try await commit(record.earlierCaptions + record.changes)
                taken.append(record.id)
            }
        }
        return taken
    }

    /// The record of a clip; nil where there is none that counts.
    private func record(of clip: Clip, _ digest: String) async throws -> RecordedClip? {
        let path = "\(ClipWriterStage.outputPathMetas(outputPath))/\(clip.name).json"
        guard let data = try await files.read(path), let fields = try? RecordFields(data: data) else { return nil }
        let previews = fields.objects("windows").compactMap { window -> String? in
            guard let first = window.integer("start_frame"), let last = window.integer("end_frame") else { return nil }
            return "\(ClipWriterStage.outputPathPreviews(outputPath))/\(clip.name)/\(first)_\(last).webp"
        }
        // Reading all bytes of what others have written would take longer than a look at it is worth.
        let sizes = try await files.sizes(of: previews + [ClipWriterStage.clipPath(outputPath, clip)])
        let record = try? RecordedClip(
            fields, record: FileProof(of: data), written: Date().nanoseconds, outputPath: outputPath,
            proof: { path in sizes[path].map { FileProof(bytes: $0, sha256: "") } })
        guard let record, record.id == clip.id, record.frames == clip.frames, record.plan == keys.plan.hash,
            record.sourceDigest == digest
        else { return nil }
        return record
    }
}

extension Date {
    fileprivate var nanoseconds: Int64 { Int64(timeIntervalSince1970 * 1e9) }
}
