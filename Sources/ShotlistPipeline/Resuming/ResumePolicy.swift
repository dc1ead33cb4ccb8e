/// How a run meets what earlier runs have done in its output.
///
/// Whatever else is said: what is not done is done, and what is done with the same settings is not done again.
public struct ResumePolicy: Sendable, Hashable {
    /// What becomes of windows, previews and clips' files that are done with other settings.
    public enum OtherSettings: String, Sendable, Hashable, Codable, CaseIterable {
        /// They are left as they are. A caption that is left so is marked as outdated in its clip's record, and is not in
        /// the video's records.
        case skip
        /// They are done anew. Earlier captions stay in the ledger alone.
        case redo
        /// They are done anew, and earlier captions stay in the clips' records, too, beside the current ones.
        case append
    }

    /// What becomes of what is done with other settings.
    public var onExisting: OtherSettings
    /// Whether what failed is tried again: windows, previews, enhancements, clips and videos.
    public var retryFailed: Bool
    /// Whether everything is done anew, whatever there is.
    public var force: Bool

    /// Whether it shares the videos with runs that work on the same output now; without it such a run is refused.
    public var join: Bool

    /// The windows that are asked about, and no others; nil for all. Each must be in the output already, cut as this run cuts.
    /// Not with ``force``, ``join`` or ``OtherSettings/skip``.
    public var onlyWindows: WindowSelection?

    /// Goes on where earlier runs stopped.
    public static let goOn = ResumePolicy()
    /// Does everything anew.
    public static let anew = ResumePolicy(force: true)

    /// What is to be the same for runs that share an output, in words.
    var shared: String {
        onExisting.rawValue + (retryFailed ? ", retry failed" : "") + (force ? ", force" : "")
            + (onlyWindows == nil ? "" : ", only some windows")
    }

    /// Makes a policy; without any argument it goes on where earlier runs stopped.
    public init(
        onExisting: OtherSettings = .redo, retryFailed: Bool = false, force: Bool = false,
        join: Bool = false, onlyWindows: WindowSelection? = nil
    ) {
        self.onExisting = onExisting
        self.retryFailed = retryFailed
        self.force = force
        self.join = join
        self.onlyWindows = onlyWindows
    }
}
