import Foundation
internal import GRDB
import ShotlistCore

/// Turns what goes wrong with a catalog's file into sentences.
struct CatalogFaults: Sendable {
    /// The catalog's file.
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

    func sentence(for error: any Error) -> ShotlistError {
        if let error = error as? ShotlistError { return error }
        if error is CancellationError { return Self.cancelled }
        guard let error = error as? DatabaseError else { return damaged("what is in it cannot be read") }
        let words = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_FULL:
            return ShotlistError(
                .diskFull, "The disk is full: the review database '\(path)' could not be written.",
                remedy: "Free space and try it again.")
        case .SQLITE_NOTADB: return damaged("it is no database")
        case .SQLITE_CORRUPT: return damaged(words)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH, .SQLITE_IOERR: return unwritable(words)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            return ShotlistError(
                .outputInUse, "Another program holds the review database '\(path)'.", remedy: "Wait until it is done.")
        case .SQLITE_NOMEM:
            return ShotlistError(
                .outOfMemory, "There is no memory for the review database '\(path)'.", remedy: "Free memory.")
        default:
            return ShotlistError(
                .internalFailure, "The review database '\(path)' refuses a request: \(words).",
                remedy: "Please report it.")
        }
    }

    /// What people did is in this file alone, and so nobody is told to delete it.
    func damaged(_ why: String) -> ShotlistError {
        ShotlistError(
            .ledgerInvalid, "The review database '\(path)' is damaged: \(why).",
            remedy: "Put a copy of it in its place, or move it away: then all edits in it are gone.")
    }

    func newer(version: Int) -> ShotlistError {
        ShotlistError(
            .ledgerInvalid,
            "The review database '\(path)' has version \(version); this program reads versions up to"
                + " \(CatalogSchema.version).",
            remedy: "Use the program that wrote it, or a later one.")
    }

    var ofAnotherProgram: ShotlistError {
        ShotlistError(
            .outputInvalid, "'\(path)' is a database of another program.",
            remedy: "Move it away, or give another output path.")
    }

    func unwritable(_ why: String) -> ShotlistError {
        ShotlistError(
            .ledgerFailed, "The review database '\(path)' cannot be used: \(why).",
            remedy: "Check the disk and the rights of the output folder, and try it again.")
    }

    static let cancelled = ShotlistError(.cancelled, "It was stopped before it was done; nothing was changed.")
}
