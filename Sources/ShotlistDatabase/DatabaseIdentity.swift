internal import Foundation
internal import GRDB
package import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// What a file says that it is, asked before it is opened for use, since opening alone may write to it.
///
/// It is asked through SQLite: a descriptor of one's own takes away, when it is closed, all locks that other connections of
/// this process have on the file (https://www.sqlite.org/howtocorrupt.html, section 2.2). SQLite puts such a close off.
package enum DatabaseIdentity: Sendable, Hashable {
    /// There is no file.
    case missing
    /// A file of no bytes.
    case empty
    /// A database, with its `application_id`.
    case database(applicationID: UInt32)
    /// A database that cannot be asked as it stands, as when another process writes to it: who opens it in earnest is told.
    case unknown

    /// Looks at a file; nothing is written. Blocks.
    ///
    /// - Parameter faults: what is said of this file.
    /// - Throws: ``ShotlistError``: `ledger_invalid` for what is no database, `ledger_failed` for what cannot be read.
    package static func of(_ path: String, _ faults: DatabaseFaults) throws(ShotlistError) -> DatabaseIdentity {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno != ENOENT, errno != ENOTDIR else { return .missing }
            throw faults.unwritable(String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw faults.unwritable(String(cString: strerror(EISDIR))) }
        // A disk that fails, or rights that are missing, have not damaged what is there.
        guard access(path, R_OK) == 0 else { throw faults.unwritable(String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw faults.damaged("it is no database") }
        guard status.st_size > 0 else { return .empty }
        guard status.st_size >= headerBytes, let address = immutable(path) else {
            throw faults.damaged("it is no database")
        }
        do {
            var configuration = Configuration()
            configuration.label = "shotlist.identity"
            configuration.readonly = true
            let file = try DatabaseQueue(path: address, configuration: configuration)
            let id = try file.inDatabase { db in try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0 }
            try file.close()
            return .database(applicationID: UInt32(truncatingIfNeeded: id))
        } catch let error as DatabaseError where isOfTheMoment(error) {
            return .unknown
        } catch {
            throw faults.sentence(for: error)
        }
    }

    /// The bytes of a database's header (https://www.sqlite.org/fileformat.html, section 1.3).
    private static let headerBytes = 100

    /// The address by which SQLite reads a file as it stands: without its log, and without any lock. Nil for a path that is
    /// none.
    package static func immutable(_ path: String) -> String? {
        URL(filePath: path).path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
            .map { "file:\($0)?immutable=1" }
    }

    /// Without locks pages of two moments may be read; and a library without addresses finds no file by one.
    private static func isOfTheMoment(_ error: DatabaseError) -> Bool {
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_CANTOPEN, .SQLITE_ERROR, .SQLITE_BUSY: true
        default: false
        }
    }
}
