internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// Finds what is written after the records that the index has: the records of videos, and previews and clips of outputs that
/// write these beside their records. Files are looked at while nobody waits to write.
struct LateFiles: Sendable {
    let place: CatalogPlace
    let database: CatalogDatabase

    /// The most windows that are looked at each time, in turn.
    private static let most = 1000
    /// How long after its record a file may come, in nanoseconds: a day. Where none is made on purpose none is looked for then.
    private static let patience: Int64 = 86_400 * 1_000_000_000

    /// Where a window's files are looked for.
    private struct Window: Sendable {
        let id: Int64
        let key: WindowKey
        let hasPreview: Bool
        let hasClip: Bool
    }

    /// Looks for the records of videos that had none: they are written when a video's last clip is.
    func findSources() async throws(ShotlistError) {
        let open = try await database.read { db in
            try db.rows("SELECT path FROM sources WHERE is_known = 0") { try $0.at(0, as: String.self) }
        }
        guard !open.isEmpty else { return }
        let found = await onOwnThread { [place] in
            open.compactMap { path in place.relativePath(ofSource: path).map { (path: path, relative: $0) } }
        }
        guard !found.isEmpty else { return }
        try await database.write { db in
            for (path, relative) in found {
                try db.run("UPDATE sources SET relative_path = ?, is_known = 1 WHERE path = ?", [relative, path])
            }
        }
    }

    /// Looks for previews and clips of windows that have none and whose records are young.
    ///
    /// - Parameters:
    ///   - last: the last window that was looked at; 0 for the first ones.
    ///   - now: nanoseconds since 1970.
    /// - Returns: how many windows have one more, and the last window that was looked at.
    func findMedia(after last: Int64, now: Int64) async throws(ShotlistError) -> (count: Int, last: Int64) {
        let windows = try await database.read { db in
            try db.rows(
                """
                SELECT windows.id AS id, clip, first, last, preview, clip_file
                FROM windows JOIN records ON records.id = windows.record
                WHERE (preview = 0 OR clip_file = 0) AND windows.id > ? AND records.modified > ?
                ORDER BY windows.id LIMIT \(Self.most)
                """, [last, now - Self.patience]
            ) { row in
                Window(
                    id: try row.get("id"), key: try row.key(), hasPreview: try row.get("preview", as: Int.self) != 0,
                    hasClip: try row.get("clip_file", as: Int.self) != 0)
            }
        }
        let found = await onOwnThread { [place] in
            windows.compactMap { window -> Window? in
                let hasPreview = window.hasPreview || place.hasPreview(window.key)
                let hasClip = window.hasClip || place.hasClip(window.key)
                guard hasPreview != window.hasPreview || hasClip != window.hasClip else { return nil }
                return Window(id: window.id, key: window.key, hasPreview: hasPreview, hasClip: hasClip)
            }
        }
        if !found.isEmpty {
            try await database.write { db in
                for window in found {
                    try db.run(
                        "UPDATE windows SET preview = ?, clip_file = ? WHERE id = ?",
                        [window.hasPreview ? 1 : 0, window.hasClip ? 1 : 0, window.id])
                }
            }
        }
        // At the end it begins again with the first.
        return (found.count, windows.count < Self.most ? 0 : windows.last?.id ?? 0)
    }
}
