import ShotlistCore
import ShotlistLedger

/// A file below the input folder that may be a video.
public struct VideoFile: Sendable, Hashable {
    /// The path as the user gave it, joined with the path below the input folder.
    public let inputPath: String
    /// The path below the input folder.
    public let relativePath: String
    /// The file's size in bytes.
    public let sizeInBytes: Int
    /// Why nothing can be read here, when that is known already: a folder that is closed to this user.
    public let problem: ShotlistError?
    /// Its size and what stands for its time, where it is not on this machine; nil to ask the disk.
    public let stamp: SourceStamp?

    /// The part of it whose clips are wanted: those that begin in it, in seconds from the first frame; nil for all.
    public let span: ClipSpan?

    /// Names a file.
    public init(
        inputPath: String, relativePath: String, sizeInBytes: Int, problem: ShotlistError? = nil,
        stamp: SourceStamp? = nil, span: ClipSpan? = nil
    ) {
        self.stamp = stamp
        self.span = span
        self.inputPath = inputPath
        self.relativePath = relativePath
        self.sizeInBytes = sizeInBytes
        self.problem = problem
    }
}
