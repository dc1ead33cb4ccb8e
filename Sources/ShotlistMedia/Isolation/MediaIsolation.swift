/// Where video files are read: in this process, or in others that can do nothing else.
public enum MediaIsolation: Sendable, Hashable {
    /// In this process. A file that makes FFmpeg crash ends it.
    case none
    /// In processes of their own, without the network and within limits. A file that makes one crash costs its clip.
    case processes(MediaProcesses)
}

/// Processes that read video files, and what each may take.
///
/// They are this program again, told by its first argument what to be: a program that uses this calls
/// ``MediaWorkerProcess/runIfAsked()`` before anything else, or names one that does.
public struct MediaProcesses: Sendable, Hashable {
    /// The program to start. The default is the one that runs, also when its file was replaced since.
    public var executable = "/proc/self/exe"
    /// Bytes of memory that one may have beside what the program itself takes: 4 GiB. Not kept with a card that
    /// decodes, whose driver reserves far more than it uses.
    public var memory = 4 << 30
    /// Seconds without a packet, a frame or an answer after which one is ended.
    public var timeout = 120.0
    /// Files that one may have open; with a card that decodes at least 1024.
    public var openFiles = 64
    /// Bytes of the largest file that one may write: 64 GiB.
    public var fileBytes = 1 << 36

    /// Makes the default.
    public init() {}
}
