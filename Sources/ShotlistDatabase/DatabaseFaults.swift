internal import Foundation
internal import GRDB
package import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// Turns what goes wrong with one database file into sentences: the one place where a status of SQLite becomes an error.
package struct DatabaseFaults: Sendable {
    /// What is said of a kind of file.
    package struct Words: Sendable {
        /// What it is called, as in "the ledger".
        package let name: String
        /// What is to be done when it is damaged.
        package let ifDamaged: String
        /// What is to be done when there is room, or it can be written, again.
        package let again: String

        package init(name: String, ifDamaged: String, again: String) {
            self.name = name
            self.ifDamaged = ifDamaged
            self.again = again
        }
    }

    /// The file.
    package let path: String
    private let words: Words

    package init(path: String, words: Words) {
        self.path = path
        self.words = words
    }

    /// What `body` gives, or its error as a sentence.
    package func result<Value>(_ body: () throws -> Value) -> Result<Value, ShotlistError> {
        do {
            return .success(try body())
        } catch {
            return .failure(sentence(for: error))
        }
    }

    /// What `body` gives; its error becomes a sentence.
    package func translating<Value>(_ body: () throws -> Value) throws(ShotlistError) -> Value {
        try result(body).get()
    }

    /// Whether an error is the matter of the one write that met it, so that others can go on.
    package static func isOfOneWrite(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return true }
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_ERROR, .SQLITE_MISUSE: return true
        default: return false
        }
    }

    package func sentence(for error: any Error) -> ShotlistError {
        if let error = error as? ShotlistError { return error }
        // Who asked gave it up; nothing is wrong with the file.
        if error is CancellationError {
            return ShotlistError(.cancelled, "It was stopped before it was done; nothing was changed.")
        }
        // A row or a text that cannot be read back is damage, too.
        guard let error = error as? DatabaseError else { return damaged("what is in it cannot be read") }
        let why = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_FULL: return full
        case .SQLITE_NOTADB: return damaged("it is no database")
        case .SQLITE_CORRUPT: return damaged(why)
        case .SQLITE_IOERR: return isDiskFull ? full : unwritable("the disk fails: \(why)")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH: return unwritable(why)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            return ShotlistError(
                .outputInUse, "Another program holds the \(words.name) '\(path)'.", remedy: "Wait until it is done.")
        case .SQLITE_NOMEM:
            return ShotlistError(
                .outOfMemory, "There is no memory for the \(words.name) '\(path)'.", remedy: "Free memory.")
        default:
            return ShotlistError(
                .internalFailure, "The \(words.name) '\(path)' refuses a request: \(why).",
                remedy: "Please report it.")
        }
    }

    package func damaged(_ why: String) -> ShotlistError {
        ShotlistError(
            .ledgerInvalid, "The \(words.name) '\(path)' is damaged: \(why).", remedy: words.ifDamaged)
    }

    /// A code of its own: a file that cannot be written costs itself alone, and a database all that is told to it.
    package func unwritable(_ why: String) -> ShotlistError {
        ShotlistError(
            .ledgerFailed, "The \(words.name) '\(path)' cannot be used: \(why).",
            remedy: "Check the disk and the rights of the output folder, and \(words.again).")
    }

    private var full: ShotlistError {
        ShotlistError(
            .diskFull, "The disk is full: the \(words.name) '\(path)' could not be written.",
            remedy: "Free space and \(words.again).")
    }

    /// Whether the disk has no room: SQLite calls some ways of meeting that a failure of the disk.
    private var isDiskFull: Bool {
        var status = statvfs()
        guard statvfs((path as NSString).deletingLastPathComponent, &status) == 0 else { return false }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 1 << 20
    }
}
