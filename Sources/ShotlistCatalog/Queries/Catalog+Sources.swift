import ShotlistCore
import ShotlistLedger

extension Catalog {
    /// A video's size and time as the run last read it; nil where no ledger knows the video.
    ///
    /// - Throws: ``ShotlistError``: why the ledger cannot be read.
    public func stamp(ofSource path: String) async throws(ShotlistError) -> SourceStamp? {
        try await askLedger { ledger throws(ShotlistError) in try await ledger.source(path)?.stamp } ?? nil
    }
}
