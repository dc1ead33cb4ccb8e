import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// What a bulk change would do to a filter's windows. Nothing is written.
    ///
    /// It works on a thread of its own; other calls go on beside it. A cancelled task ends it at once, and a regular
    /// expression that takes longer than half a second on one caption ends it as well.
    ///
    /// Every change can be looked at, a part at a time. Parts with the same ``BulkPreview/token`` are of one whole.
    ///
    /// - Parameters:
    ///   - offset: how many changes come before the part that is shown.
    ///   - limit: the most changes of the part, up to 200.
    /// - Throws: ``ShotlistError``: `filter_invalid` for a regular expression that is none or takes too long,
    ///   `invalid_argument`, `cancelled`; `ledger_invalid`, `ledger_failed`.
    public func previewBulk(
        _ bulk: BulkChange, _ filter: WindowFilter = .all, offset: Int = 0, limit: Int = 200
    ) async throws(ShotlistError) -> BulkPreview {
        let (offset, limit) = (max(0, offset), min(max(0, limit), 200))
        let plan = try await cancellable { [database] (cancel: CancelFlag) async throws(ShotlistError) in
            try await BulkPlan.make(bulk, filter, database, cancel, keeping: .examples(offset: offset, limit: limit))
        }
        return BulkPreview(
            count: plan.count, windows: plan.windows, offset: offset, examples: plan.examples, token: plan.token)
    }

    /// Makes a bulk change, all of it or nothing. ``undo(by:)`` takes it back as a whole.
    ///
    /// The changes themselves are one transaction. Filters, counts and searches follow in many small ones, so that others can
    /// change windows meanwhile; all do when this returns.
    ///
    /// - Parameters:
    ///   - token: ``BulkPreview/token`` of the preview that the person saw.
    ///   - person: who makes it; nil is ``person``.
    /// - Returns: how many windows changed.
    /// - Throws: ``ShotlistError``: `conflict` when it would do something else than was previewed, as others changed windows
    ///   or a run captioned some meanwhile; else as ``previewBulk(_:_:)``; `disk_full`.
    public func apply(
        _ bulk: BulkChange, _ filter: WindowFilter = .all, expecting token: String, by person: String? = nil
    ) async throws(ShotlistError) -> Int {
        let writer = try reviewWriter(by: person)
        let count = try await cancellable { [database] (cancel: CancelFlag) async throws(ShotlistError) -> Int in
            let plan = try await BulkPlan.make(bulk, filter, database, cancel, keeping: .items)
            guard plan.token == token else {
                throw ShotlistError(
                    .conflict, "Windows have changed since the preview.", remedy: "Look at the preview again.")
            }
            guard !plan.items.isEmpty else { return 0 }
            return try await database.write { db in
                let batch = try writer.batch(db, kind: "bulk")
                let transform = try BulkTransform(bulk) { cancel.isSet }
                for item in plan.items {
                    guard !cancel.isSet else { throw ShotlistError.givenUp }
                    // Others may have written, and records been read, since the plan looked.
                    guard let window = try BulkPlan.window(db, item.id) else { throw Self.unknown(item.key) }
                    let review = try db.review(of: item.key)
                    guard item.isOf(window) else {
                        throw window.version == item.version
                            ? Self.captionedAnew(item.key) : review?.conflict(item.key) ?? Self.unknown(item.key)
                    }
                    let told = try item.state ?? transform.step(window)?.state
                    guard let state = told else { throw Self.captionedAnew(item.key) }
                    try writer.put(
                        db, item.key, writer.signed(state, over: review), over: review, batch: batch,
                        isShownLater: true)
                }
                return plan.count
            }
        }
        await showChanged()
        return count
    }

    /// Runs `body` with a flag that is set when the task is cancelled.
    private func cancellable<Value: Sendable>(
        _ body: @escaping @Sendable (CancelFlag) async throws(ShotlistError) -> Value
    ) async throws(ShotlistError) -> Value {
        let cancel = CancelFlag()
        let result = await withTaskCancellationHandler { () async -> Result<Value, ShotlistError> in
            do throws(ShotlistError) {
                return .success(try await body(cancel))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            cancel.set()
        }
        return try result.get()
    }
}
