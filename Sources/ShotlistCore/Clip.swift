import Foundation

/// A span of a video: what is cut, windowed, captioned and written as one file.
public struct Clip: Sendable, Identifiable {
    /// UUIDv5 of the path and the span; see ``ClipID``.
    public let id: UUID
    /// The video it is a part of.
    public let video: Video
    /// Start and end in seconds from the video's first frame.
    public let span: ClipSpan
    /// The video's frames that belong to the clip: those with `start <= t < end`.
    public let frames: Range<Int>
    /// The clip's place among its video's clips, from 0.
    public let index: Int
    /// How many clips its video has.
    public let clipsInVideo: Int
    /// The clip as a file, once it is cut or transcoded.
    public var encoded: EncodedClip?
    /// What went wrong, sentence by short name, as NeMo Curator keeps it.
    public var errors: [String: String] = [:]

    /// Makes a clip from its parts.
    public init(id: UUID, video: Video, span: ClipSpan, frames: Range<Int>, index: Int, clipsInVideo: Int) {
        self.id = id
        self.video = video
        self.span = span
        self.frames = frames
        self.index = index
        self.clipsInVideo = clipsInVideo
    }

    /// The id in lower case, as file names and records have it.
    public var name: String { id.uuidString.lowercased() }
}

/// Start and end of a clip, in seconds from the video's first frame; the end is not part of it.
public struct ClipSpan: Sendable, Hashable, Codable {
    /// Where the clip begins.
    public let start: Double
    /// Where it ends.
    public let end: Double

    /// Makes a span.
    public init(start: Double, end: Double) {
        self.start = start
        self.end = end
    }

    /// `end - start`.
    public var duration: Double { end - start }
}

/// A clip's own video file, waiting under a temporary name to be put in its place.
public struct EncodedClip: Sendable, Hashable {
    /// Where the bytes are now.
    public let file: URL
    /// The file's size in bytes.
    public let numBytes: Int
    /// The picture's size as shown.
    public let size: PixelSize
    /// Average frames a second.
    public let framerate: Double
    /// The frames that a player shows.
    public let numFrames: Int
    /// The codec's name, such as `h264` or `vp9`.
    public let videoCodec: String
    /// What the file lacks of its source, sentence by short name: `audio` where its sound could not be kept.
    public var warnings: [String: String] = [:]

    /// Makes a description of the file at `file`.
    public init(
        file: URL, numBytes: Int, size: PixelSize, framerate: Double, numFrames: Int, videoCodec: String
    ) {
        self.file = file
        self.numBytes = numBytes
        self.size = size
        self.framerate = framerate
        self.numFrames = numFrames
        self.videoCodec = videoCodec
    }
}
