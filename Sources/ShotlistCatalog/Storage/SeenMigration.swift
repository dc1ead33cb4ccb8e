internal import GRDB
internal import ShotlistDatabase

/// The step of the edits' tables from 1 to 2: what a person judged is taken to be what the index has of the window.
///
/// Nobody kept what it was; from here on it is known when it changes. The videos' digests are not in an index of version 1,
/// so that another video is told only from the next judgement on.
enum SeenMigration {
    /// Reviews that are in memory at once.
    private static let page = 500

    /// Makes the step, inside a transaction of its caller.
    static func run(_ db: Database) throws {
        var last: Int64 = 0
        while true {
            let reviews = try db.rows(
                """
                SELECT reviews.id AS id, reviews.state AS state, details.best AS best
                FROM reviews
                JOIN windows ON windows.clip = reviews.clip AND windows.first = reviews.first
                    AND windows.last = reviews.last
                JOIN details ON details.window = windows.id
                WHERE reviews.id > ? ORDER BY reviews.id LIMIT \(page)
                """,
                [last]
            ) { row in
                (
                    id: try row.get("id", as: Int64.self),
                    state: try ColumnJSON.value(ReviewState.self, row.get("state")),
                    best: try row.get("best", as: String?.self)
                )
            }
            for (id, state, best) in reviews where state.isJudgement {
                var state = state
                state.seen = SeenContent(best: best, picture: nil)
                try db.run("UPDATE reviews SET state = ? WHERE id = ?", [try ColumnJSON.text(state), id])
            }
            guard let end = reviews.last?.id else { return }
            last = end
        }
    }
}
