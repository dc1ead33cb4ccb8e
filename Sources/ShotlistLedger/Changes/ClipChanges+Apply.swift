import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Database {
    /// The row of a clip in its source as it is now and is cut now; nil when there is none.
    func clipIfKnown(_ id: UUID) throws -> Int64? {
        try number(
            """
            SELECT clips.id FROM clips
            JOIN contents ON contents.id = clips.content
            JOIN sources ON sources.id = contents.source
                AND sources.content = clips.content AND sources.plan = clips.plan
            WHERE clips.uuid = ?
            """,
            [id])
    }

    /// The row of a clip.
    ///
    /// - Throws: ``ShotlistError`` (`internal_failure`) when no source as it is now has such a clip.
    func clip(_ id: UUID) throws -> Int64 {
        if let clip = try clipIfKnown(id) { return clip }
        throw ShotlistError(
            .internalFailure, "The ledger is told of clip \(id.uuidString.lowercased()) before its source was planned.")
    }

    /// The row of a window, which is added where it was not planned.
    fileprivate func window(_ range: FrameRange, of clip: Int64) throws -> Int64 {
        let known = try number(
            "SELECT id FROM windows WHERE clip = ? AND first_frame = ? AND last_frame = ?",
            [clip, range.start, range.end])
        if let known { return known }
        try run(
            "INSERT INTO windows (clip, first_frame, last_frame, in_plan) VALUES (?, ?, ?, 1)",
            [clip, range.start, range.end])
        return lastInsertedRowID
    }

    /// The row of a list of origins, which is added where it is missing.
    fileprivate func id(of origins: [AnswerOrigin]) throws -> Int64 {
        let text = try ColumnJSON.text(origins)
        if let id = try number("SELECT id FROM origins WHERE json = ?", [text]) { return id }
        try run("INSERT INTO origins (json) VALUES (?)", [text])
        return lastInsertedRowID
    }

    /// Of some clips nothing counts as written any more, with what tells how they ended; their answers stay.
    ///
    /// - Parameter condition: which clips, in SQL.
    func voidFiles(ofClips condition: String, _ arguments: StatementArguments) throws {
        try run(
            """
            UPDATE windows SET preview_settings = NULL, preview_bytes = NULL, preview_sha256 = NULL,
                preview_reason = NULL, preview_reason_text = NULL
            WHERE clip IN (SELECT id FROM clips WHERE \(condition))
            """,
            arguments)
        try run(
            """
            UPDATE clips SET file_settings = NULL, file_bytes = NULL, file_sha256 = NULL, status = NULL,
                reason = NULL, reason_text = NULL, errors = NULL, record_bytes = NULL, record_sha256 = NULL,
                done_settings = NULL
            WHERE \(condition)
            """,
            arguments)
    }

    /// Something of a clip is new, so that its record is not up to date until the clip ends anew.
    fileprivate func reopen(clip: Int64) throws {
        try run("UPDATE clips SET done_settings = NULL WHERE id = ?", [clip])
    }
}

extension ReopenedClip {
    func apply(to db: Database) throws {
        let clip = try db.clip(self.clip)
        try db.run(
            "UPDATE clips SET record_bytes = NULL, record_sha256 = NULL, done_settings = NULL WHERE id = ?", [clip])
        if makesFile {
            try db.run(
                "UPDATE clips SET file_settings = NULL, file_bytes = NULL, file_sha256 = NULL WHERE id = ?", [clip])
        }
        for range in previews {
            try db.run(
                """
                UPDATE windows SET preview_settings = NULL, preview_bytes = NULL, preview_sha256 = NULL
                WHERE clip = ? AND first_frame = ? AND last_frame = ?
                """,
                [clip, range.start, range.end])
        }
    }
}

extension WrittenClipFile {
    func apply(to db: Database) throws {
        let clip = try db.clip(self.clip)
        let settings = try db.id(of: self.settings)
        try db.run(
            """
            UPDATE clips SET file_settings = ?, file_bytes = ?, file_sha256 = ?, file_width = ?, file_height = ?,
                file_framerate = ?, file_frames = ?, file_codec = ?, file_warnings = ?, done_settings = NULL
            WHERE id = ?
            """,
            [
                settings, file.proof.bytes, Data(hash: file.proof.sha256), file.size.width, file.size.height,
                file.framerate, file.numFrames, file.videoCodec, try ColumnJSON.text(ofAny: file.warnings), clip,
            ])
    }
}

extension EndedClip {
    func apply(to db: Database) throws {
        let clip = try db.clip(self.clip)
        let done = try db.optionalID(of: self.done)
        try db.run(
            """
            UPDATE clips SET status = ?, reason = ?, reason_text = ?, errors = ?, record_bytes = ?, record_sha256 = ?,
                done_settings = ?
            WHERE id = ?
            """,
            [
                status.rawValue, reason?.code, reason?.message, try ColumnJSON.text(ofAny: errors), record?.bytes,
                Data(hash: record?.sha256), done, clip,
            ])
    }
}

extension AnsweredWindow {
    /// - Parameters:
    ///   - run: the run that asked.
    ///   - isCurrent: whether it takes the place of the answer that there is.
    func apply(to db: Database, run: Int64?, isCurrent: Bool = true) throws {
        let clip = try db.clip(self.clip)
        let window = try db.window(range, of: clip)
        let settings = try db.id(of: self.settings)
        var packed = PackedOutcome(outcome)
        var origins: Int64?
        if let list = packed.origins { origins = try db.id(of: list) }
        packed.origins = nil
        try db.run(
            """
            INSERT INTO answers (window, settings, run, attempt, made, status, reason, origins, outcome)
            VALUES (?, ?, ?, (SELECT count(*) + 1 FROM answers WHERE window = ? AND settings = ?), ?, ?, ?, ?, ?)
            """,
            [
                window, settings, isReadBack ? nil : run, window, settings, at.milliseconds, outcome.status.rawValue,
                outcome.reason?.code, origins, try ColumnJSON.text(packed),
            ])
        try db.run(
            "UPDATE windows SET answer = ? WHERE id = ? AND (? OR answer IS NULL)",
            [db.lastInsertedRowID, window, isCurrent])
        try db.reopen(clip: clip)
    }
}

extension EndedPreview {
    func apply(to db: Database) throws {
        let clip = try db.clip(self.clip)
        let window = try db.window(range, of: clip)
        let settings = try db.id(of: self.settings)
        var reason: WindowReason?
        if case .failed(let why) = result { reason = why }
        try db.run(
            """
            UPDATE windows SET preview_settings = ?, preview_bytes = ?, preview_sha256 = ?, preview_reason = ?,
                preview_reason_text = ?
            WHERE id = ?
            """,
            [
                settings, result.file?.bytes, Data(hash: result.file?.sha256), reason?.code, reason?.message, window,
            ])
        try db.reopen(clip: clip)
    }
}

/// The last answers under some settings become the current ones, but for windows whose current one was picked.
enum CurrentAnswers {
    static func make(_ id: UUID, _ key: WorkKey, in db: Database) throws {
        let clip = try db.clip(id)
        let settings = try db.id(of: key)
        try db.run(
            """
            UPDATE windows SET answer = (SELECT max(id) FROM answers WHERE window = windows.id AND settings = ?)
            WHERE clip = ? AND EXISTS (SELECT 1 FROM answers WHERE window = windows.id AND settings = ?)
                AND NOT EXISTS (SELECT 1 FROM picks WHERE window = windows.id AND picks.answer = windows.answer)
            """,
            [settings, clip, settings])
        try db.reopen(clip: clip)
    }
}
