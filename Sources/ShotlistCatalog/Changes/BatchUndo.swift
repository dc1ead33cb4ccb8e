internal import GRDB
internal import ShotlistDatabase

/// Takes back what one person did at once, inside a transaction of its caller, some windows in memory at a time.
struct BatchUndo: Sendable {
    /// The first windows that were taken back.
    private(set) var keys: [WindowKey] = []
    /// How many windows were taken back.
    private(set) var count = 0
    /// How many windows stay as they are, since others went on from them.
    private(set) var kept = 0

    /// The most windows that are named.
    private static let mostKeys = 1000
    /// Windows that are looked at together; of changes of more the index follows later.
    private static let page = 500

    /// Whether others went on from a change of `changes`: what was taken back counts as if it had never been.
    private static let isGoneOn = """
        EXISTS (
            SELECT 1 FROM changes AS later JOIN batches ON batches.id = later.batch
            WHERE later.review = changes.review AND later.id > changes.id AND later.batch <> changes.batch
                AND batches.state <> 1 AND batches.kind <> 'undo')
        """

    /// Whether there is a change in a batch that nobody went on from.
    static func isOpen(_ db: Database, _ batch: Int64) throws -> Bool {
        try db.number("SELECT 1 FROM changes WHERE batch = ? AND NOT \(isGoneOn) LIMIT 1", [batch]) != nil
    }

    /// Takes back all of a batch that nobody went on from.
    ///
    /// What stays is a batch of its own from then on, one that cannot be taken back: each batch holds, or does not, as a whole.
    mutating func takeBack(_ db: Database, _ batch: Int64, _ writer: ReviewWriter) throws {
        let undo = try writer.batch(db, kind: "undo")
        let isLarge = try db.number("SELECT count(*) FROM changes WHERE batch = ?", [batch]) ?? 0 > Self.page
        var rest: Int64?
        var last = Int64.max
        while true {
            let steps = try Self.steps(db, batch, before: last)
            for step in steps {
                guard step.isGoneOn else {
                    let now = try db.review(of: step.key)
                    var before = step.before
                    // Changes that an older version kept do not tell of which words they were.
                    if before.isJudgement, before.seen == nil { before.seen = now?.state.seen }
                    try writer.put(db, step.key, before, over: now, batch: undo, isShownLater: isLarge)
                    count += 1
                    if keys.count < Self.mostKeys { keys.append(step.key) }
                    continue
                }
                let other = try rest ?? Self.split(db, batch)
                rest = other
                try db.run("UPDATE changes SET batch = ? WHERE id = ?", [other, step.id])
                kept += 1
            }
            guard let end = steps.last?.id else { break }
            last = end
        }
        try db.run("UPDATE batches SET state = 1 WHERE id = ?", [batch])
        keys.reverse()
    }

    private struct Step {
        let id: Int64
        let key: WindowKey
        let before: ReviewState
        let isGoneOn: Bool
    }

    /// The newest changes of a batch that are older than `last`.
    private static func steps(_ db: Database, _ batch: Int64, before last: Int64) throws -> [Step] {
        try db.rows(
            """
            SELECT changes.id AS id, reviews.clip AS clip, reviews.first AS first, reviews.last AS last,
                changes.before AS before, \(isGoneOn) AS gone_on
            FROM changes JOIN reviews ON reviews.id = changes.review
            WHERE changes.batch = ? AND changes.id < ? ORDER BY changes.id DESC LIMIT \(page)
            """,
            [batch, last]
        ) { row in
            Step(
                id: try row.get("id"), key: try row.key(),
                before: try ColumnJSON.value(ReviewState.self, row.get("before")),
                isGoneOn: try row.get("gone_on", as: Int.self) != 0)
        }
    }

    /// A batch of the same person and time for what stays.
    private static func split(_ db: Database, _ batch: Int64) throws -> Int64 {
        try db.run(
            "INSERT INTO batches (person, at, kind, state) SELECT person, at, kind, 2 FROM batches WHERE id = ?",
            [batch])
        return db.lastInsertedRowID
    }
}
