import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// A clip that is done, as far as its video's records tell of it.
public struct ClipOutline: Sendable, Hashable {
    /// Its id.
    public let id: UUID
    /// Whether it has a file of its own.
    public let hasFile: Bool
    /// Its windows, in order.
    public var windows: [WindowOutline] = []
}

/// A window of a clip that is done.
public struct WindowOutline: Sendable, Hashable {
    /// Its frames, counted from the clip's first.
    public let range: FrameRange
    /// The current caption; nil where there is none.
    public let caption: String?
    /// What a text model made of it; nil where there is none.
    public let enhancedCaption: String?
    /// Whether it has a preview.
    public let hasPreview: Bool

    /// Tells of a window.
    public init(range: FrameRange, caption: String?, enhancedCaption: String?, hasPreview: Bool) {
        self.range = range
        self.caption = caption
        self.enhancedCaption = enhancedCaption
        self.hasPreview = hasPreview
    }
}

extension Ledger {
    /// The clips of a source that are done under `all`, in order, as the source is now and is cut now.
    ///
    /// - Parameters:
    ///   - all: nil for all clips that have a record.
    ///   - variant: the model variant whose captions are wanted; where there is none of it, and with nil, the current ones,
    ///     whichever made them.
    public func outlines(
        of path: String, done all: WorkKey?, variant: String?
    ) async throws(ShotlistError) -> [ClipOutline] {
        try await read { db in
            let rows = try db.rows(outlineStatement, [variant, all?.hash, all?.hash, path]) {
                row -> (UUID, Bool, WindowOutline?) in
                (try row.get("uuid"), try row.get("has_file"), try windowOutline(row))
            }
            var clips: [ClipOutline] = []
            for (id, hasFile, window) in rows {
                if clips.last?.id != id { clips.append(ClipOutline(id: id, hasFile: hasFile)) }
                if let window { clips[clips.count - 1].windows.append(window) }
            }
            return clips
        }
    }
}

/// ``PackedOutcome`` keeps captions under `c` and enhanced ones under `e`, by the model that made them.
private let outlineStatement = """
    SELECT clips.uuid AS uuid, clips.file_settings IS NOT NULL AND clips.file_bytes IS NOT NULL AS has_file,
        windows.first_frame AS first_frame, windows.last_frame AS last_frame,
        windows.preview_bytes IS NOT NULL AS has_preview,
        coalesce(json_extract(answers.outcome, '$.c."' || ? || '"'),
            (SELECT value FROM json_each(answers.outcome, '$.c') ORDER BY key LIMIT 1)) AS caption,
        (SELECT value FROM json_each(answers.outcome, '$.e') LIMIT 1) AS enhanced
    FROM sources
    JOIN clips ON clips.content = sources.content AND clips.plan = sources.plan
        AND iif(? IS NULL, clips.record_bytes IS NOT NULL, clips.done_settings = (SELECT id FROM settings WHERE hash = ?))
    LEFT JOIN windows ON windows.clip = clips.id AND windows.in_plan = 1 AND clips.status = 'success'
    LEFT JOIN answers ON answers.id = windows.answer
    WHERE sources.path = ?
    ORDER BY clips.place, clips.id, windows.first_frame
    """

/// The window of a row; nil of a clip without any.
private func windowOutline(_ row: Row) throws -> WindowOutline? {
    guard try row.get("first_frame", as: Int?.self) != nil else { return nil }
    return WindowOutline(
        range: try row.range(), caption: try row.get("caption"), enhancedCaption: try row.get("enhanced"),
        hasPreview: try row.get("has_preview"))
}
