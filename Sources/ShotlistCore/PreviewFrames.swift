/// The frames of a window's preview with the time each is shown.
public struct PreviewFrames: Sendable {
    /// The pictures, all of one size and kind.
    public let frames: [PreviewPicture]
    /// How long each is shown, in milliseconds.
    public let durations: [Int]

    /// Makes a preview's frames; there must be as many durations.
    public init(frames: [PreviewPicture], durations: [Int]) {
        self.frames = frames
        self.durations = durations
    }

    /// Makes a preview of pictures in RGB.
    public init(frames: [RGBFrame], durations: [Int]) {
        self.init(frames: frames.map { .rgb($0) }, durations: durations)
    }
}

/// A picture of a preview.
public enum PreviewPicture: Sendable, Hashable {
    /// Red, green and blue, for previews without loss and for colours that WebP's own kind does not hold as they are.
    case rgb(RGBFrame)
    /// As WebP keeps pictures with loss, and most videos theirs: nothing is computed twice.
    case yuv(YUVFrame)

    /// Width and height.
    public var size: PixelSize {
        switch self {
        case .rgb(let frame): frame.size
        case .yuv(let frame): frame.size
        }
    }

    /// The picture in RGB, nil where it is not.
    public var rgb: RGBFrame? {
        if case .rgb(let frame) = self { frame } else { nil }
    }
}

/// A picture of 8-bit luma and, at half the width and height, colour: 4:2:0 with BT.601's matrix in the limited range,
/// as WebP keeps pictures with loss (RFC 9649, section 2.5).
public struct YUVFrame: Sendable, Hashable {
    /// Width and height; of an odd number of rows or columns, colour has one for the last.
    public let size: PixelSize
    /// The rows of Y, then those of U, then those of V, from the top, without padding.
    public let bytes: [UInt8]

    /// Makes a picture; `bytes` must hold all three planes.
    public init(size: PixelSize, bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount(of: size), "three planes belong to a picture")
        self.size = size
        self.bytes = bytes
    }

    /// Width and height of U and V.
    public var colourSize: PixelSize { Self.colourSize(of: size) }

    /// The bytes of a picture of `size`.
    public static func byteCount(of size: PixelSize) -> Int { size.area + 2 * colourSize(of: size).area }

    private static func colourSize(of size: PixelSize) -> PixelSize {
        PixelSize(width: (size.width + 1) / 2, height: (size.height + 1) / 2)
    }
}
