import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// How far an output is: sources as they are now, clips and windows as they are cut now. The last run is the last one that
/// was not of selected windows alone.
public struct LedgerCounts: Sendable, Hashable {
    /// Sources by how far they are. One that is done with other settings than the last run's is open: that run has it left.
    public var sources: [SourceStatus: Int] = [:]
    /// Sources that failed, by the code of the reason.
    public var sourceReasons: [String: Int] = [:]
    /// Clips of the sources that were opened.
    public var clips = 0
    /// Clips that ended, by status. One whose record a stop closed early has not.
    public var clipStatuses: [WindowStatus: Int] = [:]
    /// Clips that ended without success, by the code of the reason.
    public var clipReasons: [String: Int] = [:]
    /// Clips in whose records errors stand.
    public var clipsWithErrors = 0
    /// Windows of these clips.
    public var windows = 0
    /// Windows that have an answer, by the status of the current one.
    public var windowStatuses: [WindowStatus: Int] = [:]
    /// Windows whose current answer is no success, by the code of the reason.
    public var windowReasons: [String: Int] = [:]
    /// Windows without an answer.
    public var windowsUnanswered = 0
    /// Windows whose current answer was made with other settings than the last run's, and was not picked.
    public var windowsOfOtherSettings = 0
    /// Windows that have a preview.
    public var previews = 0
    /// Windows whose preview failed.
    public var previewsFailed = 0
    /// Windows whose current answer has a failed caption of a named prompt.
    public var namedCaptionsFailed = 0
    /// Windows whose current caption could not be enhanced.
    public var enhancementsFailed = 0
    /// Whether the last run was asked for captions.
    public var asksForCaptions = false

    /// Windows that the last run's command has left to caption, beside those of sources that were not opened yet. Those
    /// that failed are not among them.
    public var windowsLeft: Int { asksForCaptions ? windowsUnanswered + windowsOfOtherSettings : 0 }

    /// Counts of nothing.
    public init() {}
}

extension Ledger {
    /// Counts everything. It reads the row of every window.
    public func counts() async throws(ShotlistError) -> LedgerCounts {
        try await read { db in
            var counts = LedgerCounts()
            let run = try db.rows("SELECT settings, captions FROM runs WHERE id = ?", [try db.lastWholeRun()]) { row in
                (settings: try row.get("settings", as: Int64.self), captions: try row.get("captions", as: Int64?.self))
            }
            let captions = run.first?.captions
            counts.asksForCaptions = captions != nil
            try counts.addSources(db, settings: run.first?.settings)
            try counts.addClips(db)
            try counts.addWindows(db, captions: captions)
            try counts.addWords(db)
            return counts
        }
    }
}

extension LedgerCounts {
    /// Clips of sources as they are now, by the settings by which these are cut now.
    private static let presentClips = """
        FROM sources JOIN clips ON clips.content = sources.content AND clips.plan = sources.plan

        """

    /// What was picked is as it is to be, whatever a run's settings are.
    private static let isNotPicked = """
        AND NOT EXISTS (SELECT 1 FROM picks WHERE window = windows.id AND picks.answer = windows.answer)
        """

    /// - Parameter settings: all settings of the last run; nil without any.
    fileprivate mutating func addSources(_ db: Database, settings: Int64?) throws {
        let groups = try db.rows(
            """
            SELECT iif(status = 'done' AND done_settings IS NOT coalesce(?, done_settings), 'open', status) AS status,
                reason, count(*) AS count
            FROM sources GROUP BY 1, 2
            """,
            [settings]
        ) { row -> (SourceStatus, String?, Int) in
            (try row.choice("status"), try row.get("reason"), try row.get("count"))
        }
        for (status, reason, count) in groups {
            sources[status, default: 0] += count
            if let reason { sourceReasons[reason, default: 0] += count }
        }
    }

    fileprivate mutating func addClips(_ db: Database) throws {
        let groups = try db.rows(
            """
            SELECT iif(clips.done_settings IS NULL, NULL, clips.status) AS status, clips.reason AS reason,
                count(*) AS count, count(clips.errors) AS with_errors
            """ + " " + Self.presentClips + "GROUP BY 1, 2"
        ) { row -> (WindowStatus?, String?, Int, Int) in
            (try row.status(), try row.get("reason"), try row.get("count"), try row.get("with_errors"))
        }
        for (status, reason, count, withErrors) in groups {
            clips += count
            clipsWithErrors += withErrors
            if let status { clipStatuses[status, default: 0] += count }
            if let reason { clipReasons[reason, default: 0] += count }
        }
    }

    /// What failed of answers beside the caption, which is in their text (``PackedOutcome``).
    fileprivate mutating func addWords(_ db: Database) throws {
        let failed = try db.rows(
            """
            SELECT count(iif(json_extract(answers.outcome, '$.x.s') = 'error', 1, NULL)) AS enhancements,
                count(iif(EXISTS (SELECT 1 FROM json_each(answers.outcome, '$.n') AS named
                    WHERE json_extract(named.value, '$.s') = 'error'), 1, NULL)) AS named
            """ + " " + Self.presentClips + """
                JOIN windows ON windows.clip = clips.id AND windows.in_plan = 1
                JOIN answers ON answers.id = windows.answer
                """
        ) { row -> (Int, Int) in (try row.get("enhancements"), try row.get("named")) }
        for (enhancements, named) in failed {
            enhancementsFailed += enhancements
            namedCaptionsFailed += named
        }
    }

    fileprivate mutating func addWindows(_ db: Database, captions: Int64?) throws {
        let groups = try db.rows(
            """
            SELECT answers.status AS status, answers.reason AS reason,
                answers.settings IS NOT ? \(try db.hasAdditions ? Self.isNotPicked : "") AS is_other,
                count(*) AS count, count(windows.preview_bytes) AS previews, count(windows.preview_reason) AS failed
            """ + " " + Self.presentClips + """
                JOIN windows ON windows.clip = clips.id AND windows.in_plan = 1
                LEFT JOIN answers ON answers.id = windows.answer
                GROUP BY 1, 2, 3
                """,
            [captions]
        ) { row -> WindowGroup in
            WindowGroup(
                status: try row.status(), reason: try row.get("reason"), isOther: try row.get("is_other"),
                count: try row.get("count"), previews: try row.get("previews"), failed: try row.get("failed"))
        }
        for group in groups {
            windows += group.count
            previews += group.previews
            previewsFailed += group.failed
            guard let status = group.status else {
                windowsUnanswered += group.count
                continue
            }
            windowStatuses[status, default: 0] += group.count
            if let reason = group.reason { windowReasons[reason, default: 0] += group.count }
            if group.isOther { windowsOfOtherSettings += group.count }
        }
    }
}

/// Windows that are counted together.
private struct WindowGroup {
    let status: WindowStatus?
    let reason: String?
    let isOther: Bool
    let count: Int
    let previews: Int
    let failed: Int
}

extension Row {
    /// The status in a row; nil where there is none.
    func status() throws -> WindowStatus? {
        guard try get("status", as: String?.self) != nil else { return nil }
        return try choice("status", as: WindowStatus.self)
    }
}
