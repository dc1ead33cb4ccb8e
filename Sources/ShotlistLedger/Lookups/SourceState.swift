import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// How far a source is.
public enum SourceStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Found, or worked on, and not done.
    case open
    /// All its clips are written, and so are its records.
    case done
    /// It cannot be worked on, for the reason beside it.
    case failed
}

/// What the ledger knows of a source.
public struct SourceState: Sendable, Hashable {
    /// The path as the user gave it, joined with the path below the input folder.
    public let path: String
    /// The path below the input folder.
    public let relativePath: String
    /// Its size and time when it was last read, or found.
    public let stamp: SourceStamp
    /// The digest of its content (``SourceFingerprint``); nil when it was not read yet.
    public let digest: String?
    /// How far it is.
    public let status: SourceStatus
    /// Why it failed; nil when it did not.
    public let reason: WindowReason?
    /// The hash of the settings by which it is cut; nil when it is not yet.
    public let plan: String?
    /// The hash of the settings under which nothing is left to do.
    public let done: String?
    /// Its records; nil when there are none.
    public let records: RecordsProof?
    /// Whether a run began to do everything of it anew.
    public let isForced: Bool
    /// When something of it last changed here.
    public let updated: Date

    /// Whether nothing is left to do under these settings, with a source that is as it was.
    public func isDone(_ keys: RunKeys) -> Bool {
        done == keys.all.hash
    }

    static let columns = """
        SELECT sources.path AS path, sources.relative_path AS relative_path, sources.size AS size,
            sources.modified AS modified, contents.fingerprint AS fingerprint, sources.status AS status,
            sources.reason AS reason, sources.reason_text AS reason_text, plans.hash AS plan, dones.hash AS done,
            sources.records AS records, sources.records_bytes AS records_bytes,
            sources.records_sha256 AS records_sha256, sources.updated AS updated,
            sources.forced IS NOT NULL AS is_forced
        FROM sources
        LEFT JOIN contents ON contents.id = sources.content
        LEFT JOIN settings AS plans ON plans.id = sources.plan
        LEFT JOIN settings AS dones ON dones.id = sources.done_settings

        """

    init(_ row: Row) throws {
        path = try row.get("path")
        relativePath = try row.get("relative_path")
        stamp = SourceStamp(size: try row.get("size"), modified: try row.get("modified"))
        digest = try row.get("fingerprint", as: Data?.self)?.hex
        status = try row.choice("status")
        reason = try row.reason("reason", "reason_text")
        plan = try row.get("plan")
        done = try row.get("done")
        if let count = try row.get("records", as: Int?.self),
            let together = try row.proof("records_bytes", "records_sha256")
        {
            records = RecordsProof(count: count, together: together)
        } else {
            records = nil
        }
        updated = try row.date("updated")
        isForced = try row.get("is_forced")
    }
}

extension Row {
    /// One of the values of an enumeration.
    ///
    /// - Throws: `RowUnreadable` for a text that is none.
    func choice<Value: RawRepresentable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: try get(column, as: String.self)) else { throw RowUnreadable() }
        return value
    }
}

/// A row that holds what no version of this program writes.
struct RowUnreadable: Error {}
