import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// Makes a person's change of one window; it is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - version: the version that the person saw, ``CatalogWindow/version``.
    ///   - caption: the words that the person saw, ``CatalogWindow/captionTag``; nil when the change is not about them. A run that
    ///     captions a window again changes its words and not its version.
    /// - Returns: the window as it is now.
    /// - Throws: ``ShotlistError``: `conflict`, with who changed it and when, when it has another version, and when its caption is
    ///   another than was seen; `invalid_argument` for a window that there is none of and for values that are none; `disk_full`,
    ///   `ledger_failed`.
    public func change(
        _ key: WindowKey, _ change: ReviewChange, expecting version: Int, seeing caption: String? = nil
    ) async throws(ShotlistError) -> CatalogWindow {
        let writer = reviewWriter()
        return try await database.write { db in
            guard let window = try db.window(key) else { throw Self.unknown(key) }
            let review = try db.review(of: key)
            guard version == review?.version ?? 0 else {
                throw review?.conflict(key)
                    ?? ShotlistError(
                        .conflict, "The window '\(key)' has no changes, and version \(version) was expected.",
                        remedy: "Look at it as it is now, and change it again.")
            }
            guard caption == nil || caption == window.captionTag else {
                throw ShotlistError(
                    .conflict, "The caption of the window '\(key)' is another than the one that you saw.",
                    remedy: "Look at it as it is now, and change it again.")
            }
            let before = review?.state ?? ReviewState()
            var after = try before.changed(change)
            // The model's own words are no edit.
            if after.caption == window.captions.best { after.caption = nil }
            guard after != before else { return window }
            let batch = try writer.batch(db, kind: "edit")
            try writer.put(db, key, after, over: review, batch: batch)
            guard let changed = try db.window(key) else { throw RowUnreadable() }
            return changed
        }
    }

    static func unknown(_ key: WindowKey) -> ShotlistError {
        ShotlistError(.invalidArgument, "There is no window '\(key)'.", remedy: "Look at the list again.")
    }
}
