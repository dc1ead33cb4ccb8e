import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// What the ledger knows of a window beside its answers.
public struct WindowState: Sendable, Hashable {
    /// Its frames, counted from the clip's first.
    public let range: FrameRange
    /// Its preview's file, or why there is none; nil when none was tried.
    public let preview: PreviewResult?
    /// The hash of the settings that shaped the preview, or with which it was tried.
    public let previewSettings: String?

    /// Whether the preview is as these settings make it.
    public func hasPreview(_ key: WorkKey) -> Bool {
        preview?.file != nil && previewSettings == key.hash
    }

    static let columns = """
        SELECT windows.first_frame AS first_frame, windows.last_frame AS last_frame,
            windows.preview_bytes AS preview_bytes, windows.preview_sha256 AS preview_sha256,
            windows.preview_reason AS preview_reason, windows.preview_reason_text AS preview_reason_text,
            keys.hash AS preview_settings
        FROM windows
        LEFT JOIN settings AS keys ON keys.id = windows.preview_settings

        """

    init(_ row: Row) throws {
        range = try row.range()
        previewSettings = try row.get("preview_settings")
        if let file = try row.proof("preview_bytes", "preview_sha256") {
            preview = .file(file)
        } else {
            preview = try row.reason("preview_reason", "preview_reason_text").map(PreviewResult.failed)
        }
    }
}

/// One answer about a window, of its history.
public struct WindowAnswer: Sendable, Hashable {
    /// The window's frames, counted from the clip's first.
    public let range: FrameRange
    /// The answer, or why there is none.
    public let outcome: WindowOutcome
    /// The hash of the settings that shaped it; ``Ledger/settings(_:)`` tells what they were.
    public let settings: String
    /// Which try under these settings it was, from 1.
    public let attempt: Int
    /// When it was made, as the clock said.
    public let made: Date
    /// The run that made it; nil outside a run.
    public let run: Int64?
    /// Whether it is the window's current answer.
    public let isCurrent: Bool
    /// Whether it is about what the source holds now.
    public let isOfPresentSource: Bool

    /// From windows and answers on, each with its clip.
    static let columns = """
        SELECT windows.first_frame AS first_frame, windows.last_frame AS last_frame, answers.outcome AS outcome,
            origins.json AS origins, keys.hash AS settings, answers.attempt AS attempt, answers.made AS made,
            answers.run AS run, windows.answer = answers.id AS is_current,
            clips.content = sources.content AS is_present
        FROM clips
        JOIN contents ON contents.id = clips.content
        JOIN sources ON sources.id = contents.source
        JOIN windows ON windows.clip = clips.id
        JOIN answers ON answers.window = windows.id
        JOIN settings AS keys ON keys.id = answers.settings
        LEFT JOIN origins ON origins.id = answers.origins

        """

    init(_ row: Row) throws {
        range = try row.range()
        var packed = try ColumnJSON.value(PackedOutcome.self, row.get("outcome"))
        packed.origins = try row.get("origins", as: String?.self).map { text in
            try ColumnJSON.value([AnswerOrigin].self, text)
        }
        outcome = try packed.outcome()
        settings = try row.get("settings")
        attempt = try row.get("attempt")
        made = try row.date("made")
        run = try row.get("run")
        isCurrent = try row.get("is_current", as: Bool?.self) ?? false
        isOfPresentSource = try row.get("is_present", as: Bool?.self) ?? false
    }
}

extension Row {
    /// A window's frames.
    func range() throws -> FrameRange {
        let (first, last): (Int, Int) = (try get("first_frame"), try get("last_frame"))
        // No video has as many frames, and sums of such places still fit a number.
        guard first >= 0, last >= first, last < 1 << 53 else { throw RowUnreadable() }
        return FrameRange(start: first, end: last)
    }
}
