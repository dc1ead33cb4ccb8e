import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// A source of which not all clips are done.
public struct SourceGap: Sendable, Hashable {
    /// The source's path.
    public let path: String
    /// Clips that are done.
    public let done: Int
    /// All its clips.
    public let clips: Int

    /// Names what is missing.
    public init(path: String, done: Int, clips: Int) {
        self.path = path
        self.done = done
        self.clips = clips
    }
}

extension Ledger {
    /// Sources that were listed and of which clips are missing, as they are now and are cut now, in the order of their paths.
    ///
    /// A clip is there when it has a record that was not made under other settings than `all`; something of it may have failed. How
    /// many clips a source has is told by any of them.
    public func gaps(done all: WorkKey) async throws(ShotlistError) -> [SourceGap] {
        try await read { db in
            try db.rows(
                """
                SELECT sources.path AS path, max(clips.clips_in_video) AS clips, count(DISTINCT iif(
                    clips.record_bytes IS NOT NULL AND (clips.done_settings IS NULL
                        OR clips.done_settings = (SELECT id FROM settings WHERE hash = ?)), clips.place, NULL)) AS done
                FROM listings JOIN sources ON sources.id = listings.source
                JOIN clips ON clips.content = sources.content AND clips.plan = sources.plan
                WHERE sources.status <> 'failed'
                GROUP BY sources.id HAVING done <> max(clips.clips_in_video) ORDER BY sources.path
                """,
                [all.hash]
            ) { row in
                SourceGap(path: try row.get("path"), done: try row.get("done"), clips: try row.get("clips"))
            }
        }
    }

    /// Sources that were listed, and that no run has looked into or found wrong.
    public func unread() async throws(ShotlistError) -> [String] {
        try await read { db in
            try db.rows(
                """
                SELECT path FROM listings JOIN sources ON sources.id = listings.source
                WHERE plan IS NULL AND status <> 'failed' ORDER BY path
                """
            ) { row in try row.get("path") }
        }
    }

    /// Sources that were listed, in the order of their paths' bytes, some at a time.
    ///
    /// - Parameter path: the last one that was seen; nil for the first ones.
    public func listedSources(after path: String?, limit: Int) async throws(ShotlistError) -> [SourceState] {
        try await read { db in
            try db.rows(
                SourceState.columns + """
                    JOIN listings ON listings.source = sources.id WHERE sources.path > ? ORDER BY sources.path LIMIT ?
                    """,
                [path ?? "", limit], SourceState.init)
        }
    }

    /// How many sources were listed, and what their paths are together, by which it is known whether two ledgers have the same.
    public func sourceNames() async throws(ShotlistError) -> (count: Int, digest: String) {
        try await read { db in
            var hash = RunningHash()
            var count = 0
            try db.each("SELECT path FROM listings JOIN sources ON sources.id = listings.source ORDER BY path") { row in
                count += 1
                hash.add(try row.at(0, as: String.self) + "\u{0}")
            }
            return (count, hash.hex)
        }
    }

    /// What differs between the settings of two hashes, in words; nil when nothing does.
    public func difference(_ hash: String, from other: Ledger, _ otherHash: String) async throws(ShotlistError)
        -> String?
    {
        guard hash != otherHash else { return nil }
        let (own, others) = (try await settings(hash) ?? "", try await other.settings(otherHash) ?? "")
        return SettingsDifference.text(of: own, "", from: others, "") ?? "the settings differ"
    }
}
