import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// Writes what people do, inside a transaction of its caller.
struct ReviewWriter: Sendable {
    let index: IndexWriter
    let person: String
    let now: Int64

    /// Begins what is done at once, and can be taken back at once.
    func batch(_ db: Database, kind: String) throws -> Int64 {
        try db.run("INSERT INTO batches (person, at, kind) VALUES (?, ?, ?)", [person, now, kind])
        return db.lastInsertedRowID
    }

    /// The state with who wrote its caption, where that is another than before.
    func signed(_ state: ReviewState, over review: StoredReview?) -> ReviewState {
        guard state.caption != review?.state.caption else { return state }
        var state = state
        state.captionBy = state.caption == nil ? nil : person
        state.captionAt = state.caption == nil ? nil : now
        return state
    }

    /// Writes a window's new state, its place in the history, and the index.
    ///
    /// - Parameter review: what there was; nil when nobody had done anything.
    func put(_ db: Database, _ key: WindowKey, _ state: ReviewState, over review: StoredReview?, batch: Int64) throws {
        let text = try ColumnJSON.text(state)
        let id: Int64
        if let review {
            id = review.id
            try db.run(
                "UPDATE reviews SET state = ?, person = ?, at = ?, version = version + 1 WHERE id = ?",
                [text, person, now, id])
        } else {
            try db.run(
                "INSERT INTO reviews (clip, first, last, state, person, at, version) VALUES (?, ?, ?, ?, ?, ?, 1)",
                [key.clipName, key.start, key.end, text, person, now])
            id = db.lastInsertedRowID
        }
        try db.run(
            "INSERT INTO changes (batch, review, before, after) VALUES (?, ?, ?, ?)",
            [batch, id, try ColumnJSON.text(review?.state ?? ReviewState()), text])
        try show(db, key)
    }

    /// Brings the index of a window up to date with its review. A window whose record is gone has none.
    private func show(_ db: Database, _ key: WindowKey) throws {
        let found = try db.rows(
            """
            SELECT windows.id AS id, path, status, own_flags, best, facts FROM windows
            JOIN details ON details.window = windows.id WHERE clip = ? AND first = ? AND last = ?
            """,
            [key.clipName, key.start, key.end]
        ) { row in
            IndexedWindow(
                id: try row.get("id"), source: try row.get("path"),
                status: WindowStatus(rawValue: try row.get("status")) ?? .error, ownFlags: try row.get("own_flags"),
                best: try row.get("best"), facts: try ColumnJSON.value(WindowFacts.self, row.get("facts")))
        }.first
        guard let found else { return }
        let review = try db.review(of: key)
        let text = IndexedText(
            best: found.best, others: found.facts.captions.others, source: found.source,
            review: review?.state ?? ReviewState())
        try index.show(
            db, window: found.id, text, status: found.status, ownFlags: found.ownFlags, review: review,
            content: SeenContent(best: found.best, picture: found.facts.sourceDigest), isNew: false)
    }

    private struct IndexedWindow {
        let id: Int64
        let source: String
        let status: WindowStatus
        let ownFlags: Int64
        let best: String?
        let facts: WindowFacts
    }
}
