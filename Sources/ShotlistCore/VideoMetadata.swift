/// What probing a video file tells about it.
public struct VideoMetadata: Sendable, Hashable, Codable {
    /// The file's size in bytes.
    public var sizeInBytes: Int
    /// Height as shown, after rotation, in the pixels that are stored (which need not be square).
    public var height: Int
    /// Width as shown, after rotation, in the pixels that are stored (which need not be square).
    public var width: Int
    /// The average frame rate, frames a second.
    public var framerate: Double
    /// The exact number of frames, counted.
    public var numFrames: Int
    /// The time from the first frame to the end of the last, in seconds.
    public var duration: Double
    /// The video codec's name, such as `h264`.
    public var videoCodec: String
    /// The pixel format's name, such as `yuv420p10le`.
    public var pixelFormat: String
    /// The audio codec's name, nil where there is no audio.
    public var audioCodec: String?
    /// Clockwise degrees by which players turn the picture: 0, 90, 180 or 270.
    public var rotation: Int
    /// The bit rate of the whole file in bits a second, 0 where it is unknown.
    public var bitRate: Int

    /// Makes metadata from its parts.
    public init(
        sizeInBytes: Int, height: Int, width: Int, framerate: Double, numFrames: Int, duration: Double,
        videoCodec: String, pixelFormat: String, audioCodec: String?, rotation: Int, bitRate: Int
    ) {
        self.sizeInBytes = sizeInBytes
        self.height = height
        self.width = width
        self.framerate = framerate
        self.numFrames = numFrames
        self.duration = duration
        self.videoCodec = videoCodec
        self.pixelFormat = pixelFormat
        self.audioCodec = audioCodec
        self.rotation = rotation
        self.bitRate = bitRate
    }

    /// Width and height as shown.
    public var size: PixelSize { PixelSize(width: width, height: height) }
}
