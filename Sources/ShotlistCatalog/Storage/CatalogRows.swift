import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

extension Row {
    /// A window's name out of three columns.
    func key() throws -> WindowKey {
        guard let clip = UUID(uuidString: try get("clip", as: String.self)) else { throw RowUnreadable() }
        return WindowKey(clip: clip, start: try get("first"), end: try get("last"))
    }
}

/// A row that holds what no version of this program writes.
struct RowUnreadable: Error {}
