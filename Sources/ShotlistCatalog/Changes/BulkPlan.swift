import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase
import Synchronization

/// Whether somebody wants it stopped.
final class CancelFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}

/// What a bulk change does to the windows of a filter, computed before anything is written.
struct BulkPlan: Sendable {
    /// One window's change.
    struct Item: Sendable {
        /// The index's number of the window.
        let id: Int64
        let key: WindowKey
        let version: Int
        /// The words and the video that it was planned for.
        let content: SeenContent
        /// What it becomes; nil where that is told fast enough to be told again, ``BulkTransform/isFast``: of 100,000 windows
        /// all texts are hundreds of megabytes.
        let state: ReviewState?

        /// Whether a window is the one that it was planned for.
        func isOf(_ window: Window) -> Bool {
            key == window.key && version == window.version && content == window.content
        }
    }

    /// What of a plan is kept in memory.
    enum Keeping: Sendable {
        /// All that is to be made, and no examples.
        case items
        /// Some of its changes, to be looked at.
        case examples(offset: Int, limit: Int)
    }

    /// How many windows change.
    private(set) var count = 0
    private(set) var items: [Item] = []
    private(set) var examples: [BulkPreview.Example] = []
    /// How many windows the filter has.
    private(set) var windows = 0
    private(set) var token = ""

    /// How long all windows of a change may take.
    private static let patience = Duration.seconds(60)
    /// Windows that are looked at together: the database is free in between.
    private static let page = 500

    /// A window as it is.
    struct Window: Sendable {
        let id: Int64
        let key: WindowKey
        let version: Int
        let state: ReviewState
        let best: String?
        /// The model's words and the video.
        let content: SeenContent
    }

    /// - Throws: ``ShotlistError``: `filter_invalid`, `invalid_argument`, `cancelled`.
    static func make(
        _ change: BulkChange, _ filter: WindowFilter, _ database: CatalogDatabase, _ cancel: CancelFlag,
        keeping: Keeping
    ) async throws(ShotlistError) -> BulkPlan {
        // A change that is none is told before anything is read.
        _ = try BulkTransform(change) { cancel.isSet }
        let ids = try await database.read { db in
            let sql = try FilterSQL(filter)
            var ids: [Int64] = []
            let order = WindowOrder.source.sql(descending: false)
            try db.each(
                "SELECT windows.id FROM windows WHERE \(sql.condition) ORDER BY \(order)", sql.arguments
            ) { ids.append(try $0.at(0)) }
            return ids
        }
        var plan = BulkPlan()
        plan.windows = ids.count
        var hash = RunningHash()
        let start = ContinuousClock.now
        for page in ids.chunks(of: Self.page) {
            guard !cancel.isSet else { throw ShotlistError.givenUp }
            guard ContinuousClock.now - start < Self.patience else {
                throw ShotlistError(
                    .filterInvalid, "The change takes more than a minute; nothing was changed.",
                    remedy: "Narrow the filter, or write a simpler expression.")
            }
            let windows = try await database.read { db in try page.compactMap { try Self.window(db, $0) } }
            let steps = try await onOwnThread {
                Result { () throws(ShotlistError) in try Self.steps(windows, change, cancel) }
            }.get()
            for (item, example) in steps {
                plan.keep(item, example, keeping)
                hash.add(
                    "\(item.key) \(item.version) \(item.content.text) \(example.after.utf8.count) \(example.after)\n")
            }
        }
        plan.token = hash.hex
        return plan
    }

    private mutating func keep(_ item: Item, _ example: BulkPreview.Example, _ keeping: Keeping) {
        switch keeping {
        case .items: items.append(item)
        case .examples(let offset, let limit):
            if count >= offset, examples.count < limit { examples.append(example) }
        }
        count += 1
    }

    private static func steps(
        _ windows: [Window], _ change: BulkChange, _ cancel: CancelFlag
    ) throws(ShotlistError) -> [(Item, BulkPreview.Example)] {
        let transform = try BulkTransform(change) { cancel.isSet }
        var steps: [(Item, BulkPreview.Example)] = []
        for window in windows {
            guard let step = try transform.step(window) else { continue }
            steps.append(
                (
                    Item(
                        id: window.id, key: window.key, version: window.version, content: window.content,
                        state: transform.isFast ? nil : step.state),
                    BulkPreview.Example(key: window.key, before: step.before, after: step.after)
                ))
        }
        return steps
    }

    static func window(_ db: Database, _ id: Int64) throws -> Window? {
        try db.rows(
            """
            SELECT windows.clip AS clip, windows.first AS first, windows.last AS last, details.best AS best,
                json_extract(details.facts, '$.\(WindowFacts.CodingKeys.sourceDigest.rawValue)') AS digest,
                reviews.state AS state, reviews.version AS version
            FROM windows JOIN details ON details.window = windows.id
            LEFT JOIN reviews ON reviews.clip = windows.clip AND reviews.first = windows.first
                AND reviews.last = windows.last
            WHERE windows.id = ?
            """,
            [id]
        ) { row in
            let state = try row.get("state", as: String?.self).map { try ColumnJSON.value(ReviewState.self, $0) }
            let best: String? = try row.get("best")
            return Window(
                id: id, key: try row.key(), version: try row.get("version", as: Int?.self) ?? 0,
                state: state ?? ReviewState(),
                best: best, content: SeenContent(best: best, picture: try row.get("digest")))
        }.first
    }
}
