/// What a video file may ask for at most, so that none takes more of a machine than a video needs.
///
/// A file that asks for more is refused with `limit_exceeded`, as early as that can be known: by what its header says,
/// before a decoder is opened, while its packets are counted, or when a picture comes out that is larger than was said.
/// The defaults let pass what cameras, screens and archives make: 8K, a day, ten million frames.
public struct MediaLimits: Sendable, Hashable, Codable {
    /// Columns of a picture as stored.
    public var width = 16_384
    /// Rows of a picture as stored.
    public var height = 16_384
    /// Columns times rows: 8192 times 8192.
    public var pixels = 1 << 26
    /// Bytes of one decoded picture, and of one packet.
    public var frameBytes = 512_000_000
    /// Seconds from the first frame to the end of the last: a week. No file may have more than a year.
    public var duration = 604_800.0
    /// Frames: 2^24.
    public var frames = 1 << 24
    /// Frames a second, on average; of a single frame nobody can tell.
    public var frameRate = 100_000.0
    /// Streams of every kind: pictures, sound, words, attachments.
    public var streams = 1000
    /// Bytes of memory that the index of an mp4 or QuickTime file takes: 64 for each frame or piece of sound.
    public var indexBytes = 1 << 30
    /// Bytes that are read to find out what the streams are.
    public var probeBytes = 5_000_000
    /// Packets that are read to find out what the streams are.
    public var probePackets = 200_000
    /// Packets that are no frames, beyond as many as there are frames.
    public var emptyPackets = 10_000_000
    /// Packets in a row that a decoder makes no picture of.
    public var undecodedPackets = 10_000

    /// The longest a video may be, whatever is allowed: beyond it times would not hold all that is computed with them.
    static let longest = 31_536_000.0

    /// Makes the default limits.
    public init() {}
}
