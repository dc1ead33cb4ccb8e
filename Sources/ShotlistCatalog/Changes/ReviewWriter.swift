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
    /// - Parameters:
    ///   - review: what there was; nil when nobody had done anything.
    ///   - isShownLater: whether the index follows later, through ``Catalog/showRest()``. It is most of the work, and whoever
    ///     changes many windows in one transaction keeps all others from writing meanwhile.
    func put(
        _ db: Database, _ key: WindowKey, _ state: ReviewState, over review: StoredReview?, batch: Int64,
        isShownLater: Bool = false
    ) throws {
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
        if isShownLater { try index.showLater(db, key) } else { try index.show(db, key) }
    }
}
