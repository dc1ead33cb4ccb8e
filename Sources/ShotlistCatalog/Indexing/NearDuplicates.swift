internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// Keeps which windows say nearly the same as another one.
///
/// Of windows that share a band only some are compared: where thousands say the same, the first one that is met says so.
struct NearDuplicates: Sendable {
    let checks: CatalogChecks

    /// The most windows of one band that are compared.
    private static let mostCompared = 8
    /// The same before a flag is taken away: eight that are unlike say nothing of the ninth, which set it.
    private static let mostComparedAgain = 64
    /// The most windows that are looked at again when one of them says something else.
    private static let mostAgain = 64

    /// Tells it of a window's new caption, and sets or clears the flag of it and of those that it was or is like.
    ///
    /// - Parameters:
    ///   - old: the caption of before; nil of a new window.
    ///   - new: the caption; nil when the window goes.
    func replace(_ db: Database, window: Int64, old: String?, with new: String?) throws {
        var again: Set<Int64> = []
        if let signature = old.flatMap(minHash(of:)) {
            let wasLike = try isFlagged(db, window)
            for band in signature.bands {
                try db.run("DELETE FROM shingles WHERE band = ? AND window = ?", [band, window])
                if wasLike, again.count < Self.mostAgain {
                    again.formUnion(try others(db, band: band, than: window, most: Self.mostAgain))
                }
            }
        }
        var isLike = false
        if let signature = new.flatMap(minHash(of:)) {
            if let other = try twin(db, of: window, signature) {
                isLike = true
                try set(db, other, true)
            }
            for band in signature.bands {
                try db.run("INSERT OR IGNORE INTO shingles (band, window) VALUES (?, ?)", [band, window])
            }
        }
        try set(db, window, isLike)
        for other in again {
            guard try isFlagged(db, other) else { continue }
            let signature = try caption(db, other).flatMap(minHash(of:))
            let like = try signature.flatMap { try twin(db, of: other, $0, most: Self.mostComparedAgain) }
            if like == nil { try set(db, other, false) }
        }
    }

    /// Nil of a caption that is not compared.
    private func minHash(of caption: String) -> MinHash? {
        let words = CaptionWords(caption)
        guard words.count >= checks.settings.leastWordsCompared else { return nil }
        return MinHash(words)
    }

    /// Another window that says nearly the same.
    private func twin(
        _ db: Database, of window: Int64, _ signature: MinHash, most: Int = Self.mostCompared
    ) throws -> Int64? {
        var seen: Set<Int64> = []
        for band in signature.bands {
            for other in try others(db, band: band, than: window, most: most) {
                guard seen.insert(other).inserted else { continue }
                guard let words = try caption(db, other).map({ CaptionWords($0) }) else { continue }
                if signature.similarity(to: MinHash(words)) >= checks.settings.similarity { return other }
            }
        }
        return nil
    }

    private func others(_ db: Database, band: Int64, than window: Int64, most: Int) throws -> [Int64] {
        try db.rows("SELECT window FROM shingles WHERE band = ? AND window <> ? LIMIT ?", [band, window, most]) { row in
            try row.at(0)
        }
    }

    private func caption(_ db: Database, _ window: Int64) throws -> String? {
        try db.text("SELECT shown FROM texts WHERE rowid = ?", [window])
    }

    private func isFlagged(_ db: Database, _ window: Int64) throws -> Bool {
        (try db.number("SELECT flags FROM windows WHERE id = ?", [window]) ?? 0) & CatalogFlag.nearDuplicate.bit != 0
    }

    private func set(_ db: Database, _ window: Int64, _ isLike: Bool) throws {
        let bit = CatalogFlag.nearDuplicate.bit
        let change = isLike ? "flags | \(bit)" : "flags & ~\(bit)"
        try db.run(
            "UPDATE windows SET flags = \(change) WHERE id = ? AND (flags & \(bit) <> 0) = ?", [window, isLike ? 0 : 1])
    }
}
