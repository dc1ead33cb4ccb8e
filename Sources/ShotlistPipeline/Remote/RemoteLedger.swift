import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistStorage

/// The ledger of an output in a bucket, for who only looks at it.
public enum RemoteLedger {
    /// Brings the ledger's copy into a folder, as the ledger of an output there would be.
    ///
    /// - Returns: when it was written, as the server says it.
    /// - Throws: ``ShotlistError``: `output_invalid` when there is none, and what the bucket throws.
    public static func fetch(of output: S3Location, from bucket: S3Bucket, into folder: String) async throws -> String {
        guard let object = try await bucket.look(output.appending(".shotlist/ledger.sqlite")) else {
            throw ShotlistError(
                .outputInvalid, "There is no ledger in '\(output)'.", remedy: "Give the output of a run.")
        }
        try AtomicFile.makeFolder(folder + "/.shotlist")
        try await bucket.download(object, to: folder + "/.shotlist/ledger.sqlite")
        return object.modified
    }
}
