internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// What of a window is searched, as people read it. In the table it is set apart (``SpacelessText``).
struct IndexedText: Sendable, Hashable {
    /// The caption that counts; nil where there is none.
    let shown: String?
    /// The model's other captions.
    let rest: String
    /// Note, tags, and the end of the video's path.
    let about: String

    init(best: String?, others: [String], source: String, review: ReviewState) {
        shown = review.caption ?? best
        let models = review.caption != nil ? [best].compactMap { $0 } + others : others
        rest = models.joined(separator: "\n")
        // The folders above are the same for all, and words in them would find everything.
        let path = source.split(separator: "/").suffix(2).joined(separator: "/")
        about = ([review.note] + review.tags + [path]).filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

extension IndexWriter {
    /// Brings what depends on the caption that counts, and on what people did, up to date for one window.
    ///
    /// - Parameters:
    ///   - content: the model's words and the video as they are.
    ///   - isNew: whether the window has just been put into the index.
    func show(
        _ db: Database, window id: Int64, _ text: IndexedText, status: WindowStatus, ownFlags: Int64,
        review: StoredReview?, content: SeenContent, isNew: Bool
    ) throws {
        let state = review?.state ?? ReviewState()
        let isEdited = state.caption != nil
        let shown = text.shown.map { SpacelessText.setApart($0) }
        let (rest, about) = (SpacelessText.setApart(text.rest), SpacelessText.setApart(text.about))
        let known =
            try isNew
            ? nil
            : db.rows("SELECT shown, rest, about FROM texts WHERE rowid = ?", [id]) { row in
                (try row.at(0, as: String?.self), try row.at(1, as: String.self), try row.at(2, as: String.self))
            }.first
        if let known {
            if known.0 != shown || known.1 != rest || known.2 != about {
                try db.run(
                    "UPDATE texts SET shown = ?, rest = ?, about = ? WHERE rowid = ?",
                    [shown, rest, about, id])
            }
        } else {
            try db.run(
                "INSERT INTO texts (rowid, shown, rest, about) VALUES (?, ?, ?, ?)",
                [id, shown, rest, about])
        }
        // What the run doubted is the model's caption.
        let found = checks.flags(of: text.shown, status: isEdited ? nil : status).bits
        let near = CatalogFlag.nearDuplicate.bit
        let kept = try (db.number("SELECT flags FROM windows WHERE id = ?", [id]) ?? 0) & near
        // These two are told by what is beside the record, whatever it says of itself.
        let own: Int64 = isEdited ? 0 : ownFlags & ~(near | CatalogFlag.changedSince.bit)
        let since: Int64 = state.isStale(content) ? CatalogFlag.changedSince.bit : 0
        let flags: Int64 = own | found | kept | since
        let length: Int = text.shown?.count ?? 0
        let words: Int = text.shown.map { CaptionWords($0).count } ?? 0
        let rating: Int = state.rating ?? 0
        let changed: Int64 = review?.at ?? 0
        try db.run(
            """
            UPDATE windows SET flags = ?, length = ?, words = ?, decision = ?, rating = ?, edited = ?, changed = ?
            WHERE id = ?
            """,
            [flags, length, words, state.decision.number, rating, isEdited ? 1 : 0, changed, id])
        if known == nil || known?.0 != shown {
            try NearDuplicates(checks: checks).replace(db, window: id, old: known?.0, with: shown)
        }
        if !isNew {
            for table in ["tagged", "unshown"] { try db.run("DELETE FROM \(table) WHERE window = ?", [id]) }
        }
        for tag in state.tags { try db.run("INSERT OR IGNORE INTO tagged (tag, window) VALUES (?, ?)", [tag, id]) }
    }
}
