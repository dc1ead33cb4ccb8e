import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// Reads windows out of the index.
enum WindowRow {
    static let columns = """
        SELECT windows.id AS id, windows.clip AS clip, windows.first AS first, windows.last AS last,
            windows.path AS path, sources.relative_path AS relative_path, windows.start AS start, windows.duration AS duration,
            windows.width AS width, windows.height AS height, windows.status AS status, windows.model AS model,
            windows.seconds AS seconds, windows.preview AS preview, windows.clip_file AS clip_file,
            windows.flags AS flags, details.facts AS facts, reviews.state AS state, reviews.person AS person,
            reviews.at AS at, reviews.version AS version
        FROM windows
        JOIN details ON details.window = windows.id
        LEFT JOIN sources ON sources.path = windows.path
        LEFT JOIN reviews ON reviews.clip = windows.clip AND reviews.first = windows.first
            AND reviews.last = windows.last

        """

    static func window(_ row: Row) throws -> CatalogWindow {
        let key = try row.key()
        let facts = try ColumnJSON.value(WindowFacts.self, row.get("facts"))
        let source: String = try row.get("path")
        let start: Double = try row.get("start")
        let duration: Double = try row.get("duration")
        let state = try row.get("state", as: String?.self).map { try ColumnJSON.value(ReviewState.self, $0) }
        let person: String? = try row.get("person")
        let at: Int64? = try row.get("at")
        let flags = CatalogFlag.flags(ofBits: try row.get("flags")).map(\.rawValue)
        guard start.isFinite, duration >= 0, let status = WindowStatus(rawValue: try row.get("status")) else {
            throw RowUnreadable()
        }
        return CatalogWindow(
            key: key, source: source, relativePath: try row.get("relative_path", as: String?.self) ?? source,
            clipSpan: facts.clipSpan, windowSpan: start...(start + duration), frames: key.end - key.start + 1,
            fps: facts.fps, width: try row.get("width"), height: try row.get("height"), status: status,
            reason: facts.reason, reasonText: facts.reasonText, flags: flags + (facts.otherFlags ?? []),
            model: try row.get("model"), modelRevision: facts.modelRevision, variant: facts.variant,
            captions: facts.captions, tokens: facts.tokens, seconds: try row.get("seconds"),
            framesShown: facts.framesShown ?? [], frameTimes: (facts.framesShown ?? []).map { facts.time(ofFrame: $0) },
            prompt: nil, settings: nil, settingsHash: facts.settings, previewReason: facts.previewReason,
            hasPreview: try row.get("preview", as: Int.self) != 0, hasClip: try row.get("clip_file", as: Int.self) != 0,
            review: (state ?? ReviewState()).review(by: person, at: at),
            version: try row.get("version", as: Int?.self) ?? 0, sourceDigest: facts.sourceDigest)
    }
}

extension Database {
    /// A window of the index.
    func window(_ key: WindowKey) throws -> CatalogWindow? {
        try rows(
            WindowRow.columns + "WHERE windows.clip = ? AND windows.first = ? AND windows.last = ?",
            [key.clipName, key.start, key.end], WindowRow.window
        ).first
    }
}
