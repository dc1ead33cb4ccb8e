import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension PlannedSource {
    func apply(to db: Database) throws {
        let source = try db.source(path)
        guard let content = source.content else {
            throw ShotlistError(.internalFailure, "The ledger is told of clips of '\(path)' before it was read.")
        }
        let plan = try db.id(of: self.plan)
        // Each run plans every source that it works on; mostly nothing is new.
        let isKnown = try source.plan == plan && isPlanned(content: content, plan: plan, in: db)
        if !isKnown {
            if !isPart {
                try db.run("UPDATE clips SET plan = NULL WHERE content = ? AND plan = ?", [content, plan])
            }
            for clip in clips { try clip.apply(to: db, content: content, plan: plan) }
        }
        // What is written from now on may replace what was done under other settings.
        try db.run(
            "UPDATE sources SET plan = ?, status = 'open', done_settings = NULL, updated = ? WHERE id = ?",
            [plan, Date().milliseconds, source.id])
    }

    /// Whether the ledger has these clips and windows already.
    private func isPlanned(content: Int64, plan: Int64, in db: Database) throws -> Bool {
        let known = try db.rows(
            """
            SELECT uuid, place, clips_in_video, first_frame, frames FROM clips WHERE content = ? AND plan = ?
            ORDER BY place, id
            """,
            [content, plan]
        ) { row in
            KnownClip(
                id: try row.get("uuid"), index: try row.get("place"), clipsInVideo: try row.get("clips_in_video"),
                first: try row.get("first_frame"), count: try row.get("frames"))
        }
        let wanted = clips.map { KnownClip($0) }
        guard known == wanted else { return false }
        let windows = try db.rows(
            """
            SELECT clips.place AS place, windows.first_frame AS first_frame, windows.last_frame AS last_frame
            FROM clips JOIN windows ON windows.clip = clips.id AND windows.in_plan = 1
            WHERE clips.content = ? AND clips.plan = ? ORDER BY clips.place, windows.first_frame, windows.last_frame
            """,
            [content, plan]
        ) { row in
            let window: [Int] = [try row.get("place"), try row.get("first_frame"), try row.get("last_frame")]
            return window
        }
        let planned = clips.flatMap { clip in
            clip.windows.sorted { ($0.start, $0.end) < ($1.start, $1.end) }.map { [clip.index, $0.start, $0.end] }
        }
        return windows == planned
    }
}

/// A clip as far as two plans differ by it.
private struct KnownClip: Equatable {
    let id: UUID
    let index: Int
    let clipsInVideo: Int
    let first: Int
    let count: Int

    init(id: UUID, index: Int, clipsInVideo: Int, first: Int, count: Int) {
        self.id = id
        self.index = index
        self.clipsInVideo = clipsInVideo
        self.first = first
        self.count = count
    }

    init(_ clip: PlannedClip) {
        self.init(
            id: clip.id, index: clip.index, clipsInVideo: clip.clipsInVideo, first: clip.frames.lowerBound,
            count: clip.frames.count)
    }
}

extension PlannedClip {
    fileprivate func apply(to db: Database, content: Int64, plan: Int64) throws {
        // A clip that begins at the same frame and ends at another is another file with other last windows, but those
        // of its windows whose frames are the same keep their answers.
        try db.run(
            """
            INSERT INTO clips (
                uuid, content, first_frame, frames, start_seconds, end_seconds, plan, place, clips_in_video)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (uuid, content, first_frame) DO UPDATE SET
                file_settings = iif(frames = excluded.frames, file_settings, NULL),
                done_settings = iif(frames = excluded.frames, done_settings, NULL),
                frames = excluded.frames, start_seconds = excluded.start_seconds, end_seconds = excluded.end_seconds,
                plan = excluded.plan, place = excluded.place, clips_in_video = excluded.clips_in_video
            """,
            [id, content, frames.lowerBound, frames.count, span.start, span.end, plan, index, clipsInVideo])
        let clip = try db.number(
            "SELECT id FROM clips WHERE uuid = ? AND content = ? AND first_frame = ?", [id, content, frames.lowerBound])
        // Files are named by the id alone: what this clip writes is written over those of another plan's clip.
        try db.voidFiles(ofClips: "uuid = ? AND id IS NOT ?", [id, clip])
        try db.run("UPDATE windows SET in_plan = 0 WHERE clip = ? AND in_plan = 1", [clip])
        for window in windows {
            try db.run(
                """
                INSERT INTO windows (clip, first_frame, last_frame, in_plan) VALUES (?, ?, ?, 1)
                ON CONFLICT (clip, first_frame, last_frame) DO UPDATE SET in_plan = 1
                """,
                [clip, window.start, window.end])
        }
    }
}
