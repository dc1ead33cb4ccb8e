import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// A source's row, as far as changes need it.
struct SourceRow {
    let id: Int64
    let content: Int64?
    let plan: Int64?
}

extension Database {
    /// A source's row; nil when the ledger does not know it.
    func sourceIfKnown(_ path: String) throws -> SourceRow? {
        try rows("SELECT id, content, plan FROM sources WHERE path = ?", [path]) { row in
            SourceRow(id: try row.get("id"), content: try row.get("content"), plan: try row.get("plan"))
        }.first
    }

    /// A source's row.
    ///
    /// - Throws: ``ShotlistError`` (`internal_failure`) when the ledger does not know it.
    func source(_ path: String) throws -> SourceRow {
        if let source = try sourceIfKnown(path) { return source }
        throw ShotlistError(.internalFailure, "The ledger is told of '\(path)' before it was found.")
    }
}

extension FoundSource {
    func apply(to db: Database) throws {
        try db.run(
            """
            INSERT INTO sources (path, relative_path, size, modified, status, updated) VALUES (?, ?, ?, ?, 'open', ?)
            ON CONFLICT (path) DO NOTHING
            """,
            [path, relativePath, stamp.size, stamp.modified, Date().milliseconds])
    }
}

extension ReadSource {
    func apply(to db: Database) throws {
        let stamp = fingerprint.stamp
        try FoundSource(path: path, relativePath: relativePath, stamp: stamp).apply(to: db)
        let source = try db.source(path)
        let content = try self.content(of: source, in: db)
        // Records are written at the path below the input folder: at another one there are none yet.
        try db.run(
            """
            UPDATE sources SET records = iif(relative_path = ?, records, NULL), relative_path = ?, size = ?,
                modified = ?, updated = ?
            WHERE id = ?
            """,
            [relativePath, relativePath, stamp.size, stamp.modified, Date().milliseconds, source.id])
        guard content != source.content else { return }
        if let old = source.content { try Self.void(content: old, in: db) }
        try db.run(
            """
            UPDATE sources SET content = ?, plan = NULL, status = 'open', reason = NULL, reason_text = NULL,
                records = NULL, records_bytes = NULL, records_sha256 = NULL, done_settings = NULL
            WHERE id = ?
            """,
            [content, source.id])
    }

    /// The row of what the source holds. One that it held before is found again, with its answers.
    private func content(of source: SourceRow, in db: Database) throws -> Int64 {
        guard let digest = Data(hex: fingerprint.digest) else {
            throw ShotlistError(.internalFailure, "'\(fingerprint.digest)' is no fingerprint.")
        }
        let known = try db.number(
            "SELECT id FROM contents WHERE source = ? AND fingerprint = ?", [source.id, digest])
        if let known { return known }
        try db.run("INSERT INTO contents (source, fingerprint) VALUES (?, ?)", [source.id, digest])
        return db.lastInsertedRowID
    }

    /// What was written of a content is written over by what comes of the next; only its answers stay true.
    private static func void(content: Int64, in db: Database) throws {
        try db.run("UPDATE clips SET plan = NULL WHERE content = ?", [content])
        try db.voidFiles(ofClips: "content = ?", [content])
    }
}

extension EndedSource {
    func apply(to db: Database) throws {
        let source = try db.source(path)
        let done = try db.optionalID(of: self.done)
        try db.run(
            """
            UPDATE sources SET status = ?, reason = ?, reason_text = ?, records = ?, records_bytes = ?,
                records_sha256 = ?, done_settings = ?, updated = ?
            WHERE id = ?
            """,
            [
                status.rawValue, reason?.code, reason?.message, records?.count, records?.together.bytes,
                Data(hash: records?.together.sha256), done, at.milliseconds, source.id,
            ])
    }
}
