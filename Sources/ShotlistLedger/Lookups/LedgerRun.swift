import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// A run, as the ledger keeps it.
public struct LedgerRun: Sendable, Hashable, Identifiable {
    /// Its number; later runs have higher ones, whatever the clock said.
    public let id: Int64
    /// When it began.
    public let started: Date
    /// When it ended; nil when it was killed, or goes on.
    public let ended: Date?
    /// How it ended, in a word, such as `done` or `cancelled`.
    public let ending: String?
    /// The program that ran.
    public let program: String
    /// The hash of everything that it was asked for.
    public let settings: String
    /// The hash of what shaped its captions; nil when it made none.
    public let captions: String?
    /// The hash of what shaped its previews; nil when it drew none.
    public let previews: String?
    /// The hash of what shaped clips' own files; nil when it kept none.
    public let clipFiles: String?

    fileprivate static let columns = """
        SELECT runs.id AS id, started, ended, ending, program, keys.hash AS settings,
            caption_keys.hash AS captions, preview_keys.hash AS previews, file_keys.hash AS clip_files
        FROM runs
        JOIN settings AS keys ON keys.id = runs.settings
        LEFT JOIN settings AS caption_keys ON caption_keys.id = runs.captions
        LEFT JOIN settings AS preview_keys ON preview_keys.id = runs.previews
        LEFT JOIN settings AS file_keys ON file_keys.id = runs.clip_files

        """

    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        started = try row.date("started")
        ended = try row.get("ended", as: Int64?.self).map { Date(milliseconds: $0) }
        ending = try row.get("ending")
        program = try row.get("program")
        settings = try row.get("settings")
        captions = try row.get("captions")
        previews = try row.get("previews")
        clipFiles = try row.get("clip_files")
    }
}

extension Ledger {
    /// Begins a run: answers are its own from now on.
    ///
    /// - Parameters:
    ///   - keys: what it was asked for.
    ///   - program: this program's name and version.
    ///   - notes: what is kept of it beside its settings; nil for nothing.
    ///   - now: the time.
    /// - Returns: its number.
    /// - Throws: ``ShotlistError``, as ``commit(_:)-([LedgerChange])``.
    @discardableResult
    public func beginRun(
        _ keys: RunKeys, program: String, notes: RunNotes? = nil, now: Date = Date()
    ) async throws(ShotlistError) -> Int64 {
        let id = try await writing().writeAlone { db -> Int64 in
            let all = try db.id(of: keys.all)
            let captions = try db.optionalID(of: keys.captions)
            let previews = try db.optionalID(of: keys.previews)
            let clipFiles = try db.optionalID(of: keys.clipFiles)
            // A ledger that was made again of records knows settings by their hash alone.
            for key in [keys.all, keys.plan, keys.captions, keys.previews, keys.clipFiles].compactMap(\.self) {
                try db.run("UPDATE settings SET json = ? WHERE hash = ? AND json = '{}'", [key.settings, key.hash])
            }
            try db.run(
                """
                INSERT INTO runs (started, program, settings, captions, previews, clip_files) VALUES (?, ?, ?, ?, ?, ?)
                """,
                [now.milliseconds, program, all, captions, previews, clipFiles])
            let id = db.lastInsertedRowID
            try notes?.add(to: id, in: db)
            return id
        }
        setRun(id)
        return id
    }

    /// Ends a run.
    ///
    /// - Parameters:
    ///   - id: its number.
    ///   - ending: how it ended, in a word.
    ///   - now: the time.
    /// - Throws: ``ShotlistError``, as ``commit(_:)-([LedgerChange])``.
    public func endRun(_ id: Int64, ending: String, now: Date = Date()) async throws(ShotlistError) {
        try await writing().writeAlone { db in
            try db.run("UPDATE runs SET ended = ?, ending = ? WHERE id = ?", [now.milliseconds, ending, id])
        }
        setRun(nil)
    }

    /// The runs that there were, the last one first.
    public func runs(limit: Int = 100) async throws(ShotlistError) -> [LedgerRun] {
        try await read { db in
            try db.rows(LedgerRun.columns + "ORDER BY runs.id DESC LIMIT ?", [limit], LedgerRun.init)
        }
    }

    /// The last run that was not of selected windows alone; nil without any.
    public func lastWholeRun() async throws(ShotlistError) -> LedgerRun? {
        try await read { db in
            let id = try db.lastWholeRun()
            return try db.rows(LedgerRun.columns + "WHERE runs.id = ?", [id], LedgerRun.init).first
        }
    }
}
