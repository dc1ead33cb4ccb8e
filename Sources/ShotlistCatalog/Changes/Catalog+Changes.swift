import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Catalog {
    /// Makes a person's change of one window; it is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - version: the version that the person saw, ``CatalogWindow/version``.
    ///   - person: who changes it; nil is ``person``.
    ///   - caption: the words and the video that the person saw, ``CatalogWindow/captionTag``; nil for those that there are. A
    ///     run that captions a window again changes these and not its version.
    /// - Returns: the window as it is now.
    /// - Throws: ``ShotlistError``: `conflict`, with who changed it and when, when it has another version, and when it has other words
    ///   or another video than were seen; `invalid_argument` for a window that there is none of and for values that are none; `disk_full`, `ledger_failed`.
    public func change(
        _ key: WindowKey, _ change: ReviewChange, expecting version: Int, seeing caption: String? = nil,
        by person: String? = nil
    ) async throws(ShotlistError) -> CatalogWindow {
        let writer = try reviewWriter(by: person)
        return try await database.write { db in
            guard let window = try db.window(key) else { throw Self.unknown(key) }
            let review = try db.review(of: key)
            guard version == review?.version ?? 0 else {
                throw review?.conflict(key)
                    ?? ShotlistError(
                        .conflict, "The window '\(key)' has no changes, and version \(version) was expected.",
                        remedy: "Look at it as it is now, and change it again.")
            }
            guard caption ?? window.captionTag == window.captionTag else { throw Self.captionedAnew(key) }
            let before = review?.state ?? ReviewState()
            var after = try before.changed(change)
            // The model's own words are no edit. Only who writes them says so: an edit that a later run happens to agree with
            // stays, as the run after that may say something else.
            if case .caption = change, after.caption == window.captions.best { after.caption = nil }
            // The same decision once more is a change when it is of something else.
            after = after.made(of: window.content, after: before, renews: change.renews(before))
            guard after != before else { return window }
            let batch = try writer.batch(db, kind: "edit")
            try writer.put(db, key, writer.signed(after, over: review), over: review, batch: batch)
            guard let changed = try db.window(key) else { throw RowUnreadable() }
            return changed
        }
    }

    /// What a change of what is not there any more is told.
    static func captionedAnew(_ key: WindowKey) -> ShotlistError {
        ShotlistError(
            .conflict, "The window '\(key)' has a new caption or another video, after you had seen it.",
            remedy: "Look at it as it is now, and change it again.")
    }

    static func unknown(_ key: WindowKey) -> ShotlistError {
        ShotlistError(.invalidArgument, "There is no window '\(key)'.", remedy: "Look at the list again.")
    }
}
