internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// Puts windows into the index, inside a transaction of its caller.
struct IndexWriter: Sendable {
    let checks: CatalogChecks

    /// Puts a record's windows in the place of those that it had. One that cannot be kept is named with the reason, and costs
    /// no other record its own.
    ///
    /// - Returns: how many windows are new, changed or gone.
    func put(_ db: Database, _ record: ReadRecord) throws -> Int {
        var count = 0
        do {
            try db.inSavepoint {
                count = try putAsItIs(db, record)
                return .commit
            }
        } catch {
            guard DatabaseFaults.isOfOneWrite(error), db.isInsideTransaction else { throw error }
            let why = (error as? DatabaseError)?.message.map { ": \($0)" } ?? ""
            count = try putAsItIs(db, ReadRecord(record, problem: "the index cannot keep it\(why)"))
        }
        return count
    }

    private func putAsItIs(_ db: Database, _ record: ReadRecord) throws -> Int {
        let id = try self.id(db, of: record)
        var old: [WindowKey: Int64] = [:]
        for (key, window) in try db.rows(
            "SELECT clip, first, last, id FROM windows WHERE record = ?", [id],
            { row in
                (try row.key(), try row.get("id", as: Int64.self))
            })
        {
            old[key] = window
        }
        guard let windows = record.windows else { return 0 }
        for window in windows {
            let known = old.removeValue(forKey: window.key)
            try put(db, window, record: id, at: window.written ?? record.file.stamp.seconds, window: known)
        }
        for window in old.values { try remove(db, window: window) }
        return windows.count + old.count
    }

    /// Takes the windows of a record that is gone out of the index. What people did with them stays.
    func remove(_ db: Database, record: Int64) throws -> Int {
        let windows = try db.rows("SELECT id FROM windows WHERE record = ?", [record]) { try $0.at(0, as: Int64.self) }
        for window in windows { try remove(db, window: window) }
        try db.run("DELETE FROM records WHERE id = ?", [record])
        return windows.count
    }

    private func id(_ db: Database, of record: ReadRecord) throws -> Int64 {
        let file = record.file
        try db.run(
            """
            INSERT INTO records (hash, name, size, modified, inode, problem) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (hash) DO UPDATE SET name = excluded.name, size = excluded.size, modified = excluded.modified,
                inode = excluded.inode, problem = excluded.problem
            """,
            [file.hash, file.name, file.stamp.size, file.stamp.modified, file.stamp.inode, record.problem])
        guard let id = try db.number("SELECT id FROM records WHERE hash = ?", [file.hash]) else {
            throw RowUnreadable()
        }
        return id
    }

    private func put(
        _ db: Database, _ window: RecordedWindow, record: Int64, at written: Double, window known: Int64?
    ) throws {
        try addSource(db, window.source)
        let facts = try ColumnJSON.text(window.facts)
        let earlier = try window.earlier.isEmpty ? nil : ColumnJSON.text(window.earlier)
        let columns: StatementArguments = [
            record, window.source, window.span.lowerBound, window.span.upperBound - window.span.lowerBound,
            window.size.width, window.size.height, window.status.rawValue, window.model,
            window.facts.tokens?.output, window.seconds, window.facts.clipSpan.length, written,
            window.hasPreview ? 1 : 0, window.hasClip ? 1 : 0,
            window.flags.bits,
        ]
        let id: Int64
        if let known {
            id = known
            try db.run(
                """
                UPDATE windows SET record = ?, path = ?, start = ?, duration = ?, width = ?, height = ?, status = ?,
                    model = ?, tokens = ?, seconds = ?, clip_duration = ?, written = ?, preview = ?, clip_file = ?, own_flags = ? WHERE id = ?
                """,
                columns + [id])
        } else {
            try db.run(
                """
                INSERT INTO windows (record, path, start, duration, width, height, status, model, tokens, seconds,
                    clip_duration, written, preview, clip_file, own_flags, clip, first, last, flags, length, words, decision, rating, edited, changed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)
                """,
                columns + [window.key.clipName, window.key.start, window.key.end])
            id = db.lastInsertedRowID
        }
        try db.run(
            """
            INSERT INTO details (window, best, facts, earlier) VALUES (?, ?, ?, ?)
            ON CONFLICT (window) DO UPDATE SET best = excluded.best, facts = excluded.facts, earlier = excluded.earlier
            """,
            [id, window.facts.captions.best, facts, earlier])
        let review = try db.review(of: window.key)
        let text = IndexedText(
            best: window.facts.captions.best, others: window.facts.captions.others, source: window.source,
            review: review?.state ?? ReviewState())
        try show(
            db, window: id, text, status: window.status, ownFlags: window.flags.bits, review: review,
            content: SeenContent(best: window.facts.captions.best, picture: window.facts.sourceDigest),
            isNew: known == nil)
    }

    /// Where a video's record is is looked for beside, not while others wait to write (``LateFiles``).
    private func addSource(_ db: Database, _ path: String) throws {
        guard try db.number("SELECT id FROM sources WHERE path = ?", [path]) == nil else { return }
        let last = path.split(separator: "/").last.map(String.init) ?? path
        try db.run("INSERT INTO sources (path, relative_path, is_known) VALUES (?, ?, 0)", [path, last])
    }

    /// Notes that windows came, changed or went, for other catalogs of the same output.
    func note(_ db: Database) throws {
        try db.run(
            """
            INSERT INTO about (name, value) VALUES ('looks', '1')
            ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)
            """)
    }

    private func remove(_ db: Database, window: Int64) throws {
        let near = NearDuplicates(checks: checks)
        if let old = try db.text("SELECT shown FROM texts WHERE rowid = ?", [window]) {
            try near.replace(db, window: window, old: old, with: nil)
        }
        for table in ["details", "tagged", "unshown"] { try db.run("DELETE FROM \(table) WHERE window = ?", [window]) }
        try db.run("DELETE FROM texts WHERE rowid = ?", [window])
        try db.run("DELETE FROM windows WHERE id = ?", [window])
    }
}
