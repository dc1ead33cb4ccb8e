import ShotlistCore

/// Which source videos are kept for validation.
///
/// A video is on one side with all its windows, since windows of one video are alike. Its side hangs on its path below
/// the input and the seed alone: it stays when other videos come or go, and is the same on every machine.
public struct ValidationSplit: Sendable, Hashable {
    /// The share of videos that is kept for validation, above 0 and below 1.
    public let share: Double
    /// Another seed gives another choice.
    public let seed: Int

    /// Makes a split.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a share that is none.
    public init(share: Double, seed: Int = 0) throws(ShotlistError) {
        guard share > 0, share < 1 else {
            throw ShotlistError(
                .invalidArgument, "\(share) is no share for validation.",
                remedy: "Give --validation-share a number above 0 and below 1, such as 0.1.")
        }
        self.share = share
        self.seed = seed
    }

    /// Whether the video at this path is for validation: whether the first 52 bits of the SHA-256 of the seed, a line
    /// break and the path, as a part of 2^52, are below the share.
    public func isValidation(_ relativePath: String) -> Bool {
        let digits = ContentHash.sha256("\(seed)\n\(relativePath)").prefix(13)
        return Double(UInt64(digits, radix: 16) ?? 0) / Double(UInt64(1) << 52) < share
    }
}

/// A part of an export, with a folder of its own where there are two.
public enum ExportPart: String, Sendable, Hashable, CaseIterable {
    /// To learn from; the whole export where nothing is kept for validation.
    case train
    /// To see how well it goes.
    case validation
}
