import Foundation
import ShotlistCore

/// A clip's record, `metas/v0/<uuid>.json`, of Shotlist or of NeMo Curator.
struct ClipRecord: Sendable {
    let clip: UUID
    private(set) var windows: [RecordedWindow] = []
    /// Windows of the record that are none: they name no frames, or the frames of one before.
    private(set) var dropped = 0

    /// The largest record that is read, in bytes: an hour of windows takes some hundredths of it.
    static let mostBytes = 256 << 20

    /// Reads a record.
    ///
    /// - Parameter name: the file's name, which must be the clip's: files of the clip are found by it.
    /// - Throws: `RecordUnreadable`, and what reading JSON throws.
    init(data: Data, name: String) throws {
        let fields = try JSONFields(data: data)
        guard let text = fields.text("span_uuid"), let clip = UUID(uuidString: text) else {
            throw RecordUnreadable(why: "it names no clip")
        }
        guard name == "\(clip.uuidString.lowercased()).json" else {
            throw RecordUnreadable(why: "it is the record of another clip, \(clip.uuidString.lowercased())")
        }
        self.clip = clip
        let shared = Clip(fields)
        var known: Set<WindowKey> = []
        let told = fields.all["windows"] as? [Any] ?? []
        for window in told {
            guard let window = window as? [String: Any],
                let recorded = shared.window(JSONFields(window), of: clip), known.insert(recorded.key).inserted
            else { continue }
            windows.append(recorded)
        }
        dropped = told.count - windows.count
    }

    /// What is wrong with the record, though its other windows are read, as the end of a sentence; nil when nothing is.
    var problem: String? {
        guard dropped > 0 else { return nil }
        let all = windows.count + dropped
        return "\(dropped) of its \(all) windows name no frames, or those of another window"
    }

    /// What a clip's windows share.
    private struct Clip {
        let source: String
        /// Of the video's content; nil where the record tells none.
        let digest: String?
        let span: ClosedRange<Double>
        let size: PixelSize
        let fps: Double
        let firstTime: Double
        let rate: Double

        init(_ fields: JSONFields) {
            source = fields.text("source_video") ?? ""
            digest = fields.text("source_digest").flatMap { $0.utf8.count == 64 ? $0 : nil }
            let ends = (fields.all["duration_span"] as? [Any] ?? []).map { RecordNumbers.time($0 as? NSNumber) }
            let start = max(0, ends.first.flatMap { $0 } ?? 0)
            let end = ends.dropFirst().first.flatMap { $0 } ?? start
            span = start...max(start, end)
            size = PixelSize(
                width: RecordNumbers.side(fields.integer("width_source")),
                height: RecordNumbers.side(fields.integer("height_source")))
            let told = RecordNumbers.rate(fields.number("framerate_source") ?? 0)
            fps = told
            let seconds = max(start, end) - start
            let frames = Double(fields.integer("source_num_frames") ?? fields.integer("num_frames") ?? 0)
            // Where frames are not evenly spread over the video, those of this clip are nearer to the truth.
            let own = seconds > 0 && frames > 0 ? RecordNumbers.rate(frames / seconds) : told
            let isEven = told > 0 && abs(own - told) * seconds <= max(2, 0.02 * frames)
            let rate = isEven ? told : own
            self.rate = rate
            var first = start
            if rate > 0, let frame = fields.integer("source_start_frame") {
                let counted = Double(frame) / rate
                if abs(counted - start) * rate <= 1.5 { first = counted }
            }
            firstTime = first
        }

        /// Nil for what names no frames.
        func window(_ fields: JSONFields, of clip: UUID) -> RecordedWindow? {
            guard let first = fields.integer("start_frame"), let last = fields.integer("end_frame"), first >= 0,
                last >= first
            else { return nil }
            let keys = CaptionKeys(fields, names: fields.object("named_captions").map { Array($0.all.keys) } ?? [])
            let words = Set(fields.texts("flags"))
            var flags = Set(words.compactMap { CatalogFlag(rawValue: $0) })
            if fields.all["outdated"] as? Bool == true { flags.insert(.outdated) }
            // NeMo Curator does not say why there is none.
            if fields.text("status") == nil, keys.captions.best == nil { flags.insert(.empty) }
            let others = words.filter { CatalogFlag(rawValue: $0) == nil }.sorted()
            let status =
                fields.text("status").flatMap { WindowStatus(rawValue: $0) }
                ?? (keys.captions.best == nil ? .skipped : .success)
            var tokens: TokenCounts?
            if let prompt = RecordNumbers.tokens(fields.integer("prompt_tokens")),
                let output = RecordNumbers.tokens(fields.integer("output_tokens"))
            {
                let reused = RecordNumbers.tokens(fields.integer("reused_prompt_tokens")) ?? 0
                tokens = TokenCounts(prompt: prompt, reused: reused, output: output)
            }
            let shown = fields.integers("frame_indices")
            let facts = WindowFacts(
                clipSpan: span, fps: fps, reason: fields.text("reason"), reasonText: fields.text("reason_text"),
                otherFlags: others.isEmpty ? nil : others, modelRevision: fields.text("model_revision"),
                variant: keys.variant, captions: keys.captions, tokens: tokens,
                framesShown: shown.isEmpty ? nil : shown, firstTime: firstTime, rate: rate,
                settings: fields.text("settings"),
                previewReason: fields.text("preview_reason_text") ?? fields.text("preview_reason"),
                sourceDigest: digest)
            let start = facts.time(ofFrame: first)
            let end = facts.time(ofFrame: last + 1)
            let earlier = fields.objects("caption_history").map(EarlierCaption.init(_:))
            return RecordedWindow(
                key: WindowKey(clip: clip, start: first, end: last), source: source, span: start...max(start, end),
                size: size, status: status, model: fields.text("model_id") ?? keys.variant,
                seconds: RecordNumbers.seconds(fields.number("seconds")), flags: flags, facts: facts,
                written: earlier.last { $0.isCurrent }?.time, earlier: earlier)
        }
    }
}

extension EarlierCaption {
    /// When it was made, in seconds since 1970.
    var time: Double? {
        made.flatMap { try? Date($0, strategy: .iso8601) }?.timeIntervalSince1970
    }

    init(_ fields: JSONFields) {
        let keys = CaptionKeys(fields, names: [])
        self.init(
            captions: keys.captions, made: fields.text("made"), model: fields.text("model_id") ?? keys.variant,
            status: fields.text("status").flatMap { WindowStatus(rawValue: $0) }, settings: fields.text("settings"),
            isCurrent: fields.all["current"] as? Bool ?? false)
    }
}
