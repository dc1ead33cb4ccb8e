import Foundation
internal import GRDB
import ShotlistCore

#if canImport(Glibc)
    import Glibc
#endif

/// Turns what goes wrong with one ledger into sentences.
struct LedgerFaults: Sendable {
    /// The ledger's file.
    let path: String

    /// What `body` gives, or its error as a sentence.
    func result<Value>(_ body: () throws -> Value) -> Result<Value, ShotlistError> {
        do {
            return .success(try body())
        } catch {
            return .failure(sentence(for: error))
        }
    }

    /// What `body` gives; its error becomes a sentence.
    func translating<Value>(_ body: () throws -> Value) throws(ShotlistError) -> Value {
        try result(body).get()
    }

    /// Whether an error is the matter of the one change that met it, so that others can go on.
    static func isOfOneChange(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return true }
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_ERROR, .SQLITE_MISUSE: return true
        default: return false
        }
    }

    func sentence(for error: any Error) -> ShotlistError {
        if let error = error as? ShotlistError { return error }
        // A row or a text that cannot be read back is damage, too.
        guard let error = error as? DatabaseError else { return damaged("what is in it cannot be read") }
        let words = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_FULL: return full
        case .SQLITE_NOTADB: return damaged("it is no database")
        case .SQLITE_CORRUPT: return damaged(words)
        case .SQLITE_IOERR: return isDiskFull ? full : unwritable("the disk fails: \(words)")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH: return unwritable(words)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            return ShotlistError(
                .outputInUse, "Another program holds the ledger '\(path)'.", remedy: "Wait until it is done.")
        case .SQLITE_NOMEM:
            return ShotlistError(.outOfMemory, "There is no memory for the ledger '\(path)'.", remedy: "Free memory.")
        default:
            return ShotlistError(
                .internalFailure, "The ledger '\(path)' refuses a request: \(words).", remedy: "Please report it.")
        }
    }

    func damaged(_ why: String) -> ShotlistError {
        ShotlistError(
            .ledgerInvalid, "The ledger '\(path)' is damaged: \(why).",
            remedy: "Run `shotlist verify --rebuild` on the output, which makes the ledger again from the files.")
    }

    func newer(version: Int, program: String?) -> ShotlistError {
        ShotlistError(
            .ledgerInvalid,
            "The ledger '\(path)' has version \(version) and was written by \(program ?? "a program that it does not name");"
                + " this program reads versions up to \(LedgerSchema.version).",
            remedy: "Use that program or a later one, or give another output path.")
    }

    func ofAnotherProgram(id: UInt32) -> ShotlistError {
        ShotlistError(
            .outputInvalid,
            "'\(path)' is a database of another program (its application id is 0x\(String(id, radix: 16))).",
            remedy: "Move it away, or give another output path.")
    }

    private var full: ShotlistError {
        ShotlistError(
            .diskFull, "The disk is full: the ledger '\(path)' could not be written.",
            remedy: "Free space and run the same command again.")
    }

    /// A code of its own: a file that cannot be written costs itself alone, and the ledger all that is told to it.
    func unwritable(_ why: String) -> ShotlistError {
        ShotlistError(
            .ledgerFailed, "The ledger '\(path)' cannot be used: \(why).",
            remedy: "Check the disk and the rights of the output folder, and run the same command again.")
    }

    /// Whether the disk has no room: SQLite calls some ways of meeting that a failure of the disk.
    private var isDiskFull: Bool {
        var status = statvfs()
        guard statvfs((path as NSString).deletingLastPathComponent, &status) == 0 else { return false }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 1 << 20
    }
}
