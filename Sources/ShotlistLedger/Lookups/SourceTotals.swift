import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// What there is of a source's clips that are done, in numbers: what a run's account needs of them.
public struct SourceTotals: Sendable, Hashable {
    /// Clips.
    public var clips = 0
    /// Clips in whose records errors stand.
    public var clipsWithErrors = 0
    /// Clips of which no window could be made.
    public var clipsSkipped = 0
    /// Windows.
    public var windows = 0
    /// Windows by the status of the current answer.
    public var statuses: [WindowStatus: Int] = [:]
    /// Windows whose current answer is no success, by the code of the reason.
    public var reasons: [String: Int] = [:]
    /// Windows that have a preview.
    public var previews = 0
    /// Windows whose preview failed.
    public var previewsFailed = 0
    /// Captions of named prompts by status, by name.
    public var namedCaptions: [String: [WindowStatus: Int]] = [:]
    /// Captions by how their enhancement ended.
    public var enhancements: [WindowStatus: Int] = [:]
    /// Enhancements that are no success, by the code of the reason.
    public var enhancementReasons: [String: Int] = [:]

    /// Totals of nothing.
    public init() {}

    /// Whether something of it failed, and may be tried again.
    public var hasFailures: Bool {
        clipsWithErrors > 0 || previewsFailed > 0 || statuses[.error, default: 0] > 0
            || enhancements[.error, default: 0] > 0
            || namedCaptions.values.contains { $0[.error, default: 0] > 0 }
    }
}

extension Ledger {
    /// What is known of some sources, by path; those that are not known are left out.
    public func sources(_ paths: [String]) async throws(ShotlistError) -> [PathKey: SourceState] {
        try await read { db in
            let states = try db.rows(
                SourceState.columns + "WHERE sources.path IN (SELECT value FROM json_each(?))",
                [try ColumnJSON.text(paths)], SourceState.init)
            return Dictionary(states.map { (PathKey($0.path), $0) }) { _, last in last }
        }
    }

    /// Sources at these paths below an input folder, whichever folder that is. It looks at every source.
    public func sources(at relativePaths: [String]) async throws(ShotlistError) -> [SourceState] {
        try await read { db in
            try db.rows(
                SourceState.columns
                    + "WHERE sources.relative_path IN (SELECT value FROM json_each(?)) ORDER BY sources.path",
                [try ColumnJSON.text(relativePaths)], SourceState.init)
        }
    }

    /// The totals of some sources' clips that are done under `all`, by path; sources without such clips are left out.
    ///
    /// - Parameter words: whether named captions and enhancements are counted, which are in the answers' text.
    public func totals(
        of paths: [String], done all: WorkKey, words: Bool
    ) async throws(ShotlistError) -> [PathKey: SourceTotals] {
        try await read { db in
            try counted(db, ["done": all.hash, "without": "[]", "paths": try ColumnJSON.text(paths)], words: words)
        }
    }

    /// The same of some sources' clips that have a record, under whatever settings; windows that no run has come to yet are
    /// skipped ones.
    ///
    /// - Parameter clips: clips that are not counted.
    public func totals(
        ofWritten paths: [String], without clips: [UUID] = [], words: Bool
    ) async throws(ShotlistError) -> [PathKey: SourceTotals] {
        try await read { db in
            let names = clips.map { $0.uuidString.replacing("-", with: "") }
            let arguments: StatementArguments = [
                "done": nil, "without": try ColumnJSON.text(names), "paths": try ColumnJSON.text(paths),
            ]
            return try counted(db, arguments, words: words)
        }
    }
}

private func counted(
    _ db: Database, _ arguments: StatementArguments, words: Bool
) throws -> [PathKey: SourceTotals] {
    var totals: [PathKey: SourceTotals] = [:]
    try addClips(db, arguments, to: &totals)
    try addWindows(db, arguments, to: &totals)
    if words {
        try addNamedCaptions(db, arguments, to: &totals)
        try addEnhancements(db, arguments, to: &totals)
    }
    return totals
}

/// Clips of sources as they are now and are cut now: those that are done under the settings `:done`, or, where that is
/// null, those that have a record and are not among `:without`.
private func statement(_ columns: String, joining more: String = "", where condition: String = "") -> String {
    """
    SELECT sources.path AS path, \(columns)
    FROM sources
    JOIN clips ON clips.content = sources.content AND clips.plan = sources.plan
        AND iif(:done IS NULL,
            clips.record_bytes IS NOT NULL AND hex(clips.uuid) NOT IN (SELECT value FROM json_each(:without)),
            clips.done_settings = (SELECT id FROM settings WHERE hash = :done))
    \(more)
    WHERE sources.path IN (SELECT value FROM json_each(:paths)) \(condition)
    """
}

/// Joins the windows of clips, and their current answers. Of a clip that failed no window was made: an answer that one has
/// is of earlier settings.
private let windowsAndAnswers = """
    JOIN windows ON windows.clip = clips.id AND windows.in_plan = 1 AND clips.status = 'success'
    LEFT JOIN answers ON answers.id = windows.answer
    """

private func addClips(
    _ db: Database, _ arguments: StatementArguments, to totals: inout [PathKey: SourceTotals]
) throws {
    let sql = statement(
        "clips.status AS status, count(*) AS count, count(clips.errors) AS with_errors",
        where: "GROUP BY sources.id, clips.status")
    let rows = try db.rows(sql, arguments) { row -> (String, WindowStatus?, Int, Int) in
        (try row.get("path"), try row.status(), try row.get("count"), try row.get("with_errors"))
    }
    for (path, status, count, withErrors) in rows {
        totals[PathKey(path), default: SourceTotals()].clips += count
        totals[PathKey(path), default: SourceTotals()].clipsWithErrors += withErrors
        if status == .skipped { totals[PathKey(path), default: SourceTotals()].clipsSkipped += count }
    }
}

private func addWindows(
    _ db: Database, _ arguments: StatementArguments, to totals: inout [PathKey: SourceTotals]
) throws {
    let columns = """
        iif(answers.id IS NULL AND :done IS NULL, 'skipped', answers.status) AS status,
            iif(answers.id IS NULL AND :done IS NULL, 'cancelled', answers.reason) AS reason, count(*) AS count,
            count(windows.preview_bytes) AS previews, count(windows.preview_reason) AS failed
        """
    let sql = statement(
        columns, joining: windowsAndAnswers, where: "GROUP BY sources.id, 2, 3")
    let rows = try db.rows(sql, arguments) { row -> WindowTotal in
        WindowTotal(
            path: try row.get("path"), status: try row.status(), reason: try row.get("reason"),
            count: try row.get("count"), previews: try row.get("previews"), failed: try row.get("failed"))
    }
    for row in rows {
        var total = totals[PathKey(row.path), default: SourceTotals()]
        total.windows += row.count
        total.previews += row.previews
        total.previewsFailed += row.failed
        // A window of which the ledger knows nothing is no success.
        total.statuses[row.status ?? .error, default: 0] += row.count
        let unknown = row.status == nil ? ShotlistError.Code.internalFailure.rawValue : nil
        if let reason = row.reason ?? unknown { total.reasons[reason, default: 0] += row.count }
        totals[PathKey(row.path)] = total
    }
}

/// Windows of a source that are counted together.
private struct WindowTotal {
    let path: String
    let status: WindowStatus?
    let reason: String?
    let count: Int
    let previews: Int
    let failed: Int
}

/// Captions of named prompts, which ``PackedOutcome`` keeps under `n`, each with its status under `s` unless it is a
/// success.
private func addNamedCaptions(
    _ db: Database, _ arguments: StatementArguments, to totals: inout [PathKey: SourceTotals]
) throws {
    let sql = statement(
        "named.key AS name, coalesce(json_extract(named.value, '$.s'), 'success') AS status, count(*) AS count",
        joining: windowsAndAnswers + "\nJOIN json_each(answers.outcome, '$.n') AS named",
        where: "GROUP BY sources.id, named.key, 3")
    let rows = try db.rows(sql, arguments) { row -> (String, String, WindowStatus, Int) in
        (try row.get("path"), try row.get("name"), try row.choice("status"), try row.get("count"))
    }
    for (path, name, status, count) in rows {
        totals[PathKey(path), default: SourceTotals()].namedCaptions[name, default: [:]][status, default: 0] += count
    }
}

/// Enhancements, which ``PackedOutcome`` keeps under `x`, with the status under `s` unless it is a success and the reason
/// under `w`.
private func addEnhancements(
    _ db: Database, _ arguments: StatementArguments, to totals: inout [PathKey: SourceTotals]
) throws {
    let columns = """
        coalesce(json_extract(answers.outcome, '$.x.s'), 'success') AS status,
            json_extract(answers.outcome, '$.x.w.code') AS reason, count(*) AS count
        """
    let sql = statement(
        columns, joining: windowsAndAnswers,
        where: "AND json_type(answers.outcome, '$.x') = 'object' GROUP BY sources.id, 2, 3")
    let rows = try db.rows(sql, arguments) { row -> (String, WindowStatus, String?, Int) in
        (try row.get("path"), try row.choice("status"), try row.get("reason"), try row.get("count"))
    }
    for (path, status, reason, count) in rows {
        totals[PathKey(path), default: SourceTotals()].enhancements[status, default: 0] += count
        if let reason { totals[PathKey(path), default: SourceTotals()].enhancementReasons[reason, default: 0] += count }
    }
}
