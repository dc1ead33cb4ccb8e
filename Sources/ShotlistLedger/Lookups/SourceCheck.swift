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
    /// - Parameter known: what the ledger knows of the source.
    /// - Throws: ``ShotlistError`` (`unreadable`).
    public static func of(path: String, known: SourceState?) throws(ShotlistError) -> SourceCheck {
        guard let known, let digest = known.digest else { return .new(try SourceFingerprint.of(path: path)) }
        guard try SourceStamp.of(path: path) != known.stamp else { return .unchanged }
        let now = try SourceFingerprint.of(path: path)
        return now.digest == digest ? .touched(now) : .changed(now)
    }
}
