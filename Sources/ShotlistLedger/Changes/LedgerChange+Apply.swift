import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension LedgerChange {
    /// Makes the change, inside a transaction.
    ///
    /// - Parameter run: the run that makes it.
    func apply(to db: Database, run: Int64?) throws {
        switch self {
        case .found(let source): try source.apply(to: db)
        case .listed(let paths, let isFirst):
            if isFirst { try db.run("DELETE FROM listings") }
            try db.run(
                """
                INSERT OR IGNORE INTO listings (source)
                SELECT id FROM sources WHERE path IN (SELECT value FROM json_each(?))
                """, [try ColumnJSON.text(paths)])
        case .read(let source): try source.apply(to: db)
        case .planned(let source): try source.apply(to: db)
        case .endedSource(let source): try source.apply(to: db)
        case .reopened(let clip): try clip.apply(to: db)
        case .clipFile(let file): try file.apply(to: db)
        case .endedClip(let clip): try clip.apply(to: db)
        case .answered(let window): try window.apply(to: db, run: run)
        case .preview(let preview): try preview.apply(to: db)
        case .current(let clip, let settings): try CurrentAnswers.make(clip, settings, in: db)
        case .picked(let windows): try windows.apply(to: db)
        case .tried(let window): try window.apply(to: db, run: run, isCurrent: false)
        case .lost(let file): try file.apply(to: db)
        case .withdrawn(let path): try LostFile.withdrawRecords(of: path, in: db)
        case .forced(let paths): try ForcedSources.forget(paths, run: run, in: db)
        }
    }
}

/// Sources of which everything is done anew.
private enum ForcedSources {
    static func forget(_ paths: [String], run: Int64?, in db: Database) throws {
        let list = try ColumnJSON.text(paths)
        let chosen = """
            sources.path IN (SELECT value FROM json_each(?)) AND sources.id NOT IN (SELECT source FROM leases)
            """
        try db.voidFiles(ofClips: "content IN (SELECT content FROM sources WHERE \(chosen))", [list])
        try db.run(
            """
            DELETE FROM picks WHERE window IN (
                SELECT windows.id FROM sources JOIN clips ON clips.content = sources.content
                JOIN windows ON windows.clip = clips.id WHERE \(chosen))
            """,
            [list])
        try db.run(
            """
            UPDATE sources SET forced = ?, status = 'open', reason = NULL, reason_text = NULL, records = NULL,
                records_bytes = NULL, records_sha256 = NULL, done_settings = NULL
            WHERE \(chosen)
            """,
            [run, list])
    }
}

extension LostFile {
    fileprivate func apply(to db: Database) throws {
        switch self {
        case .clipFile(let id):
            try db.run("UPDATE clips SET file_settings = NULL, file_bytes = NULL WHERE id = ?", [try clip(id, in: db)])
        case .clipRecord(let id):
            try db.run("UPDATE clips SET record_bytes = NULL WHERE id = ?", [try clip(id, in: db)])
        case .preview(let id, let range):
            try db.run(
                """
                UPDATE windows SET preview_settings = NULL, preview_bytes = NULL
                WHERE clip = ? AND first_frame = ? AND last_frame = ?
                """,
                [try clip(id, in: db), range.start, range.end])
        case .sourceRecords(let path):
            try Self.reopen(source: try db.source(path).id, in: db)
        }
    }

    /// The row of a clip, which from now on has something left to do, as has its source.
    private func clip(_ id: UUID, in db: Database) throws -> Int64 {
        let clip = try db.clip(id)
        try db.run("UPDATE clips SET done_settings = NULL WHERE id = ?", [clip])
        let source = try db.number(
            "SELECT contents.source FROM clips JOIN contents ON contents.id = clips.content WHERE clips.id = ?", [clip])
        if let source { try Self.reopen(source: source, in: db) }
        return clip
    }

    /// Every record of a source and its clips counts as lost.
    fileprivate static func withdrawRecords(of path: String, in db: Database) throws {
        let source = try db.source(path)
        try db.run(
            "UPDATE clips SET record_bytes = NULL, record_sha256 = NULL, done_settings = NULL WHERE content = ?",
            [source.content])
        try reopen(source: source.id, in: db)
    }

    private static func reopen(source: Int64, in db: Database) throws {
        try db.run("UPDATE sources SET status = 'open', records = NULL, done_settings = NULL WHERE id = ?", [source])
    }
}
