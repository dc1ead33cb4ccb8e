import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// A catalog's file: how it is opened and made.
struct CatalogFile: Sendable {
    /// An opened file.
    struct Opened {
        let pool: DatabasePool
        /// By what the captions in it are doubted.
        let checks: CheckSettings
    }

    let path: String
    /// What is chosen of the checks now.
    let choices: CheckChoices
    /// How long another's lock on the file is waited for, in seconds.
    let patience: Double

    private var faults: DatabaseFaults { DatabaseFaults.reviews(path) }

    /// Opens it for reading and writing, and makes what is missing in it.
    func open() throws(ShotlistError) -> Opened {
        try check()
        let rescue = CatalogRescue(path: path)
        if rescue.isDue { try rescue.run() }
        return try faults.translating {
            do {
                return try openAsItIs()
            } catch let error where CatalogRescue.isDamage(error) {
                rescue.note()
                try rescue.run()
                return try openAsItIs()
            }
        }
    }

    private func openAsItIs() throws -> Opened {
        var checks = CheckSettings()
        let pool = try DatabasePool(path: path, configuration: configuration)
        do {
            try pool.writeWithoutTransaction { db in
                // A commit is on the disk when it returns; GRDB asks for less of a pool.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA cache_size = -32000")
                try db.inTransaction(.immediate) {
                    try makeEdits(db)
                    checks = try keepChoices(db).settings
                    try makeIndex(db, checks)
                    return .commit
                }
            }
        } catch {
            try? pool.close()
            throw error
        }
        return Opened(pool: pool, checks: checks)
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "shotlist.review"
        configuration.busyMode = .timeout(patience)
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -8000")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    /// Checks before SQLite opens the file that it is a catalog, since opening alone may write to it.
    ///
    /// A file of no bytes, or one that SQLite has only given a page, is what a killed program may leave, and is made anew.
    private func check() throws(ShotlistError) {
        switch try DatabaseIdentity.of(path, faults) {
        case .missing, .empty, .unknown: return
        case .database(let id):
            guard id == UInt32(CatalogSchema.applicationID) || id == 0 else { throw faults.ofAnotherProgram }
        }
    }

    private func makeEdits(_ db: Database) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= CatalogSchema.version else { throw faults.newer(version: version) }
        if version > 0 {
            let id = try Int64.fetchOne(db, sql: "PRAGMA application_id")
            guard id == CatalogSchema.applicationID else { throw faults.ofAnotherProgram }
        }
        guard version != CatalogSchema.version else { return }
        if version == 1 {
            // An index that was damaged is not there any more, and nothing is known of what was judged.
            if try db.tableExists("details") { try SeenMigration.run(db) }
            return try db.execute(sql: "PRAGMA user_version = \(CatalogSchema.version)")
        }
        // A database without our mark and with tables is somebody else's.
        guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0 else {
            throw faults.ofAnotherProgram
        }
        try db.execute(sql: CatalogSchema.edits)
        try db.execute(sql: "PRAGMA application_id = \(CatalogSchema.applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(CatalogSchema.version)")
    }

    /// What is chosen of the checks, with what was chosen before; it is kept for whoever opens the file next.
    private func keepChoices(_ db: Database) throws -> CheckChoices {
        let known = try about(db, "checks").map { try ColumnJSON.value(CheckChoices.self, $0) } ?? CheckChoices()
        let now = known.replaced(by: choices)
        if now != known { try setAbout(db, "checks", to: ColumnJSON.text(now)) }
        return now
    }

    /// Makes the index anew where it was made by other rules, or with other checks.
    private func makeIndex(_ db: Database, _ checks: CheckSettings) throws {
        let rules = "\(CatalogSchema.indexVersion) \(try ColumnJSON.text(checks))"
        guard try about(db, "index") != rules else { return }
        try db.execute(sql: CatalogSchema.dropIndex)
        try db.execute(sql: CatalogSchema.index)
        try setAbout(db, "index", to: rules)
    }

    private func about(_ db: Database, _ name: String) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM about WHERE name = ?", arguments: [name])
    }

    private func setAbout(_ db: Database, _ name: String, to value: String) throws {
        try db.execute(
            sql: """
                INSERT INTO about (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """,
            arguments: [name, value])
    }
}
