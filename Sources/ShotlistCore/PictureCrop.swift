/// A part in the middle of a picture, with even sides and places, as 4:2:0 needs.
public struct PictureCrop: Sendable, Hashable {
    /// Columns left out at the left.
    public let left: Int
    /// Rows left out at the top.
    public let top: Int
    /// The part's size.
    public let size: PixelSize

    /// A part of this size; both sides are even and no larger than the picture's.
    ///
    /// - Parameters:
    ///   - size: the part's size.
    ///   - picture: the whole picture's.
    public init(of size: PixelSize, from picture: PixelSize) {
        precondition(size.width <= picture.width && size.height <= picture.height, "a part is no larger than the whole")
        self.size = size
        left = (picture.width - size.width) / 2 & ~1
        top = (picture.height - size.height) / 2 & ~1
    }

    /// The largest part that has the shape of another picture: what is left of this one when it is made to fill that.
    ///
    /// - Parameters:
    ///   - shape: the other picture's size.
    ///   - picture: the whole picture's, at least 2x2.
    public init(shapedLike shape: PixelSize, from picture: PixelSize) {
        let isWider = picture.width * shape.height >= picture.height * shape.width
        let width = isWider ? picture.height * shape.width / shape.height : picture.width
        let height = isWider ? picture.height : picture.width * shape.height / shape.width
        self.init(of: PixelSize(width: max(2, width & ~1), height: max(2, height & ~1)), from: picture)
    }
}
