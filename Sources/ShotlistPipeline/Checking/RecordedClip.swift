import Foundation
import ShotlistCore
import ShotlistLedger

/// What a clip's record and the files beside it tell, read back: the other way round of ``ClipMeta``.
struct RecordedClip: Sendable {
    let id: UUID
    let span: ClipSpan
    let frames: Range<Int>
    /// The hash of the settings by which its video is cut.
    let plan: String
    /// The digest of what its video held; nil in records of earlier releases.
    let sourceDigest: String?
    let windows: [RecordedWindow]
    /// When the record was written, in nanoseconds since 1970.
    let written: Int64
    private let record: FileProof
    private let status: WindowStatus
    private let reason: WindowReason?
    private let errors: [String: String]
    private let file: WrittenClipFile?
    private let previews: [EndedPreview]

    /// Reads a record, and its clip's files as far as the record names their settings. Blocks.
    ///
    /// - Throws: what reading throws; `RecordUnreadable` for a record without its settings.
    init(path: String, outputPath: String) throws {
        try self.init(
            RecordFields(path: path), record: FileProof.of(path: path), written: SourceStamp.of(path: path).modified,
            outputPath: outputPath, proof: { try? FileProof.of(path: $0) })
    }

    /// Reads the fields of a record.
    ///
    /// - Parameters:
    ///   - record: what its file is.
    ///   - written: when it was written, in nanoseconds since 1970.
    ///   - proof: what the files of the clip and of its previews are; nil for one that is not there.
    /// - Throws: `RecordUnreadable` for a record without its settings.
    init(
        _ fields: RecordFields, record: FileProof, written: Int64, outputPath: String, proof: (String) -> FileProof?
    ) throws {
        guard let name = fields.text("span_uuid"), let id = UUID(uuidString: name),
            let bounds = fields.all["duration_span"] as? [Double], bounds.count == 2,
            let first = fields.integer("source_start_frame"), let count = fields.integer("source_num_frames"),
            first >= 0, count >= 0, count <= Int.max - first,
            let settings = fields.object("settings"), let plan = settings.text("plan"),
            let status = fields.status()
        else { throw RecordUnreadable() }
        self.id = id
        self.plan = plan
        sourceDigest = fields.text("source_digest")
        self.status = status
        span = ClipSpan(start: bounds[0], end: bounds[1])
        frames = first..<first + count
        let windows = try fields.objects("windows").map { try RecordedWindow($0) }
        self.windows = windows
        self.record = record
        self.written = written
        reason = fields.reason()
        errors = Self.errors(fields)
        file = Self.file(fields, id, settings.text("clip_file"), outputPath, proof)
        previews =
            settings.text("previews").map { Self.previews(of: id, windows, WorkKey(hash: $0), outputPath, proof) } ?? []
    }

    /// The video that a record is of; nil for what is no record.
    static func video(path: String) -> String? {
        (try? RecordFields(path: path))?.text("source_video")
    }

    /// The clip as one of its video's.
    func planned(index: Int, of count: Int) -> PlannedClip {
        PlannedClip(
            id: id, index: index, clipsInVideo: count, span: span, frames: frames, windows: windows.map(\.range))
    }

    /// Earlier captions of its windows. The ledger is told of them before the current ones.
    var earlierCaptions: [LedgerChange] {
        windows.flatMap { window in
            window.earlier.map { caption in
                .answered(
                    AnsweredWindow(
                        clip: id, range: window.range, settings: WorkKey(hash: caption.settings),
                        outcome: caption.outcome, at: caption.made))
            }
        }
    }

    /// What the ledger is told of it, when it knows its video. That nothing is left to do is found by the next run.
    var changes: [LedgerChange] {
        var changes: [LedgerChange] = previews.map { LedgerChange.preview($0) }
        for window in windows {
            guard let settings = window.settings, window.isAnswer else { continue }
            changes.append(
                .answered(
                    AnsweredWindow(
                        clip: id, range: window.range, settings: WorkKey(hash: settings), outcome: window.outcome,
                        at: Date(timeIntervalSince1970: Double(written) / 1e9), isReadBack: true)))
            guard window.isPicked else { continue }
            changes.append(
                .picked(PickedWindows(clip: id, settings: WorkKey(hash: settings), ranges: [window.range])))
        }
        if let file { changes.append(.clipFile(file)) }
        changes.append(
            .endedClip(EndedClip(clip: id, status: status, reason: reason, errors: errors, record: record)))
        return changes
    }

    private static func errors(_ fields: RecordFields) -> [String: String] {
        var errors: [String: String] = [:]
        for line in fields.all["errors"] as? [String] ?? [] {
            guard let colon = line.firstRange(of: ": ") else { continue }
            errors[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
        }
        return errors
    }

    private static func file(
        _ fields: RecordFields, _ id: UUID, _ settings: String?, _ outputPath: String,
        _ proof: (String) -> FileProof?
    ) -> WrittenClipFile? {
        guard let settings, let bytes = fields.integer("num_bytes"), let width = fields.integer("width"),
            let height = fields.integer("height"), let framerate = fields.number("framerate"),
            let frames = fields.integer("num_frames"), let codec = fields.text("video_codec")
        else { return nil }
        let path = "\(ClipWriterStage.outputPathClips(outputPath))/\(id.uuidString.lowercased()).mp4"
        // A file that is not there was not kept, or the run that goes on sees that it is missing.
        let there = proof(path)
        // One of another size is not the one that the record tells of.
        guard there == nil || there?.bytes == bytes else { return nil }
        let facts = ClipFileFacts(
            proof: there ?? FileProof(bytes: bytes, sha256: ""), size: PixelSize(width: width, height: height),
            framerate: framerate, numFrames: frames,
            videoCodec: codec, warnings: fields.all["warnings"] as? [String: String] ?? [:])
        return WrittenClipFile(clip: id, settings: WorkKey(hash: settings), file: facts)
    }

    private static func previews(
        of id: UUID, _ windows: [RecordedWindow], _ settings: WorkKey, _ outputPath: String,
        _ proof: (String) -> FileProof?
    ) -> [EndedPreview] {
        let folder = "\(ClipWriterStage.outputPathPreviews(outputPath))/\(id.uuidString.lowercased())"
        return windows.compactMap { window in
            let result: PreviewResult
            if let reason = window.outcome.previewReason {
                result = .failed(reason)
            } else if let proof = proof("\(folder)/\(window.range).webp") {
                result = .file(proof)
            } else {
                return nil
            }
            return EndedPreview(clip: id, range: window.range, settings: settings, result: result)
        }
    }
}

extension RecordedWindow {
    /// Whether it is an answer, and no window that a stopped run did not come to.
    fileprivate var isAnswer: Bool {
        let cancelled = ShotlistError.Code.cancelled.rawValue
        return outcome.reason?.code != cancelled && outcome.enhancementRecord?.reason?.code != cancelled
    }
}
