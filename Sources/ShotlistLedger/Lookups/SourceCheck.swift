import ShotlistCore

/// Whether a source is what the ledger knows.
public enum SourceCheck: Sendable, Hashable {
    /// The ledger does not know what it holds.
    case new(SourceFingerprint)
    /// Size and time are the same; nothing was read.
    case unchanged
    /// Size or time are others, and the content is the same.
    case touched(SourceFingerprint)
    /// The content is another, so that what was made of it must be made anew.
    case changed(SourceFingerprint)

    /// Checks the file at `path`. It may read up to 3 MB, and so blocks.
    ///
    /// - Parameters:
    ///   - known: what the ledger knows of the source.
    ///   - stamp: the source's size and time where the file is only a copy of it; nil for those of the file.
    /// - Throws: ``ShotlistError`` (`unreadable`).
    public static func of(
        path: String, known: SourceState?, stamp: SourceStamp? = nil
    ) throws(ShotlistError) -> SourceCheck {
        func fingerprint() throws(ShotlistError) -> SourceFingerprint {
            let read = try SourceFingerprint.of(path: path)
            return stamp.map { SourceFingerprint(stamp: $0, digest: read.digest) } ?? read
        }
        guard let known, let digest = known.digest else { return .new(try fingerprint()) }
        let here: SourceStamp = if let stamp { stamp } else { try SourceStamp.of(path: path) }
        guard here != known.stamp else { return .unchanged }
        let now = try fingerprint()
        return now.digest == digest ? .touched(now) : .changed(now)
    }
}
