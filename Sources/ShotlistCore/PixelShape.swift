/// The shape of a picture's pixels as they are shown: some old and some broadcast videos have ones that are not square.
public struct PixelShape: Sendable, Hashable {
    /// A pixel's width, as a part of ``height``; at least 1.
    public let width: Int
    /// A pixel's height; at least 1.
    public let height: Int

    /// Pixels as wide as they are high.
    public static let square = PixelShape(width: 1, height: 1)

    /// Makes a shape; what is no ratio counts as square.
    public init(width: Int, height: Int) {
        let isRatio = width > 0 && height > 0 && width != height
        self.width = isRatio ? width : 1
        self.height = isRatio ? height : 1
    }

    /// The largest size that a picture has with square pixels when neither side is made longer.
    ///
    /// - Parameter picture: its stored pixels, upright.
    public func squared(_ picture: PixelSize) -> PixelSize {
        width > height
            ? PixelSize(width: picture.width, height: picture.height * height / width)
            : PixelSize(width: picture.width * width / height, height: picture.height)
    }

    /// The shape that a picture of square pixels has where its pixels are of this one.
    ///
    /// - Parameter picture: a size in square pixels, of which only the shape counts.
    public func stored(_ picture: PixelSize) -> PixelSize {
        PixelSize(width: picture.width * height, height: picture.height * width)
    }
}
