import ShotlistCore

/// How a clip that is made again for a reader of its own looks.
public struct ClipForm: Sendable, Hashable {
    /// Frames a second, each as long as the other; nil leaves each frame's own time.
    public var rate: Int?
    /// The picture's size, both sides even; nil leaves it as it is.
    public var size: PixelSize?
    /// Whether pictures are scaled to fill the size before what is beside it is cut off, with square pixels whatever they had;
    /// otherwise they are only cut.
    public var isScaled: Bool

    /// Says how a clip is to look.
    public init(rate: Int? = nil, size: PixelSize? = nil, isScaled: Bool = false) {
        self.rate = rate
        self.size = size
        self.isScaled = isScaled
    }

    /// The part of a picture of size `picture` that is shown, whose pixels have the shape `pixels`.
    func crop(from picture: PixelSize, _ pixels: PixelShape) -> PictureCrop {
        guard let size else { return PictureCrop(of: picture, from: picture) }
        return isScaled
            ? PictureCrop(shapedLike: pixels.stored(size), from: picture) : PictureCrop(of: size, from: picture)
    }
}
