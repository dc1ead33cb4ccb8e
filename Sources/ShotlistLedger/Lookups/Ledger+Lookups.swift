import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Ledger {
    /// What is known of the source at `path`; nil when it is not known.
    public func source(_ path: String) async throws(ShotlistError) -> SourceState? {
        try await read { db in
            try db.rows(SourceState.columns + "WHERE sources.path = ?", [path], SourceState.init).first
        }
    }

    /// Sources in the order of their paths' bytes, some at a time.
    ///
    /// - Parameters:
    ///   - path: the last source that was seen; nil for the first ones.
    ///   - limit: the most sources to give.
    public func sources(after path: String? = nil, limit: Int = 1000) async throws(ShotlistError) -> [SourceState] {
        try await read { db in
            try db.rows(
                SourceState.columns + "WHERE sources.path > ? ORDER BY sources.path LIMIT ?", [path ?? "", limit],
                SourceState.init)
        }
    }

    /// The clip of an id, in its source as it is now and is cut now; nil when there is none.
    public func clip(_ id: UUID) async throws(ShotlistError) -> ClipState? {
        try await read { db in
            guard let clip = try db.clipIfKnown(id) else { return nil }
            return try db.rows(ClipState.columns + "WHERE clips.id = ?", [clip], ClipState.init).first
        }
    }

    /// The clips of a source as it is now and is cut now, in order.
    public func clips(of path: String) async throws(ShotlistError) -> [ClipState] {
        try await read { db in
            guard let source = try db.sourceIfKnown(path) else { return [] }
            return try db.rows(
                ClipState.columns + "WHERE clips.content = ? AND clips.plan = ? ORDER BY clips.place",
                [source.content, source.plan], ClipState.init)
        }
    }

    /// The ids of all clips that a source was ever cut into, as it is now.
    public func clipIDs(of path: String) async throws(ShotlistError) -> [UUID] {
        try await read { db in
            try db.rows(
                """
                SELECT DISTINCT clips.uuid AS uuid FROM sources JOIN clips ON clips.content = sources.content
                WHERE sources.path = ? ORDER BY clips.uuid
                """,
                [path]
            ) { row in try row.get("uuid", as: UUID.self) }
        }
    }

    /// The windows of a clip, in order, as it is cut now.
    public func windows(of clip: UUID) async throws(ShotlistError) -> [WindowState] {
        try await read { db in
            guard let clip = try db.clipIfKnown(clip) else { return [] }
            return try db.rows(
                WindowState.columns + "WHERE windows.clip = ? AND windows.in_plan = 1 ORDER BY windows.first_frame",
                [clip], WindowState.init)
        }
    }

    /// Whether a window has the preview that these settings make.
    public func hasPreview(
        of range: FrameRange, in clip: UUID, settings: WorkKey
    ) async throws(ShotlistError) -> Bool {
        try await read { db in
            guard let clip = try db.clipIfKnown(clip) else { return false }
            return try db.rows(
                WindowState.columns + "WHERE windows.clip = ? AND windows.first_frame = ? AND windows.last_frame = ?",
                [clip, range.start, range.end], WindowState.init
            ).contains { $0.hasPreview(settings) }
        }
    }

    /// The last answer under these settings of each of a clip's windows that has one, failures included. What was there
    /// before a run that does everything anew (``LedgerChange/forced(sources:)``) does not count.
    public func answers(
        of clip: UUID, settings: WorkKey
    ) async throws(ShotlistError) -> [FrameRange: WindowAnswer] {
        try await read { db in
            guard let clip = try db.clipIfKnown(clip),
                let key = try db.number("SELECT id FROM settings WHERE hash = ?", [settings.hash])
            else { return [:] }
            let answers = try db.rows(
                WindowAnswer.columns + """
                    WHERE clips.id = ? AND answers.id =
                        (SELECT max(id) FROM answers WHERE window = windows.id AND settings = ?)
                        AND (sources.forced IS NULL OR answers.run >= sources.forced)
                    """,
                [clip, key], WindowAnswer.init)
            return byRange(answers)
        }
    }

    /// The current answer of each of a clip's windows that has one, under whatever settings.
    public func currentAnswers(of clip: UUID) async throws(ShotlistError) -> [FrameRange: WindowAnswer] {
        try await read { db in
            guard let clip = try db.clipIfKnown(clip) else { return [:] }
            let answers = try db.rows(
                WindowAnswer.columns + "WHERE clips.id = ? AND answers.id = windows.answer", [clip], WindowAnswer.init)
            return byRange(answers)
        }
    }

    /// Everything that was ever said of a clip's windows, the earliest first, also of what its source held before.
    public func history(of clip: UUID) async throws(ShotlistError) -> [WindowAnswer] {
        try await read { db in
            try db.rows(WindowAnswer.columns + "WHERE clips.uuid = ? ORDER BY answers.id", [clip], WindowAnswer.init)
        }
    }

    /// The settings of a hash, as JSON; nil when the ledger knows none of it.
    public func settings(_ hash: String) async throws(ShotlistError) -> String? {
        try await read { db in
            try db.rows("SELECT json FROM settings WHERE hash = ?", [hash]) { row in
                try row.get("json", as: String.self)
            }.first
        }
    }

    /// Everything that is wrong with the ledger's file, sentence by sentence; empty when it is sound. It reads all of it.
    public func problems() async throws(ShotlistError) -> [String] {
        try await read { db in
            let damage = try db.rows("PRAGMA integrity_check(100)") { row in
                try row.decode(String.self, atIndex: 0)
            }
            let strays = try db.rows("PRAGMA foreign_key_check") { row in
                "a row of the table '\(try row.decode(String.self, atIndex: 0))' names a row that is not there"
            }
            return damage.filter { $0 != "ok" } + strays.prefix(100)
        }
    }
}

/// Answers by their windows.
private func byRange(_ answers: [WindowAnswer]) -> [FrameRange: WindowAnswer] {
    Dictionary(answers.map { ($0.range, $0) }) { _, last in last }
}
