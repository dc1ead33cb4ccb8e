import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// A clip with its windows, as its source is now and is cut now.
public struct CutClip: Sendable, Hashable {
    /// Its id.
    public let id: UUID
    /// The path of its source.
    public let source: String
    /// The hash of the settings by which the source is cut.
    public let plan: String
    /// Its windows.
    public let windows: Set<FrameRange>
}

extension Ledger {
    /// The current answers of a clip's windows that someone asked for on purpose (``LedgerChange/picked(_:)``).
    public func picked(of clip: UUID) async throws(ShotlistError) -> [FrameRange: WindowAnswer] {
        try await read { db in
            guard let clip = try db.clipIfKnown(clip) else { return [:] }
            let answers = try db.rows(
                WindowAnswer.columns + """
                    JOIN picks ON picks.window = windows.id AND picks.answer = answers.id
                    WHERE clips.id = ? AND answers.id = windows.answer
                    """,
                [clip], WindowAnswer.init)
            return Dictionary(answers.map { ($0.range, $0) }) { _, last in last }
        }
    }

    /// Those of some clips that sources as they are now have, with their windows.
    public func cutClips(_ ids: [UUID]) async throws(ShotlistError) -> [CutClip] {
        try await read { db in
            try ids.compactMap { id in
                guard let clip = try db.clipIfKnown(id) else { return nil }
                let windows = try db.rows(
                    "SELECT first_frame, last_frame FROM windows WHERE clip = ? AND in_plan = 1", [clip]
                ) { try $0.range() }
                return try db.rows(
                    """
                    SELECT sources.path AS path, keys.hash AS plan FROM clips
                    JOIN contents ON contents.id = clips.content
                    JOIN sources ON sources.id = contents.source
                    JOIN settings AS keys ON keys.id = clips.plan
                    WHERE clips.id = ?
                    """,
                    [clip]
                ) { row in
                    CutClip(id: id, source: try row.get("path"), plan: try row.get("plan"), windows: Set(windows))
                }.first
            }
        }
    }
}
