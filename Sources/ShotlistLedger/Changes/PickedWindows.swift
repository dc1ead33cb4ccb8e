import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// Windows whose answers someone asked for on purpose.
public struct PickedWindows: Sendable, Hashable {
    /// The clip.
    public var clip: UUID
    /// The settings that shaped the answers: ``RunKeys/captions``.
    public var settings: WorkKey
    /// The windows. Those without such an answer are passed over.
    public var ranges: [FrameRange]

    /// Names the windows of a clip.
    public init(clip: UUID, settings: WorkKey, ranges: [FrameRange]) {
        self.clip = clip
        self.settings = settings
        self.ranges = ranges
    }

    func apply(to db: Database) throws {
        let clip = try db.clip(self.clip)
        let settings = try db.id(of: self.settings)
        for range in ranges {
            let picked = try db.number(
                """
                SELECT max(answers.id) FROM answers JOIN windows ON windows.id = answers.window
                WHERE windows.clip = ? AND windows.first_frame = ? AND windows.last_frame = ? AND answers.settings = ?
                """,
                [clip, range.start, range.end, settings])
            guard let picked else { continue }
            try db.run(
                """
                UPDATE windows SET answer = ? WHERE id = (SELECT window FROM answers WHERE id = ?)
                """,
                [picked, picked])
            try db.run(
                "INSERT OR REPLACE INTO picks (window, answer) SELECT window, id FROM answers WHERE id = ?", [picked])
        }
        // Its record does not tell of them yet.
        try db.run("UPDATE clips SET done_settings = NULL WHERE id = ?", [clip])
    }
}
