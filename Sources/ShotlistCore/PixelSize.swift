/// Width and height of a picture in pixels, as it is shown (after rotation).
public struct PixelSize: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Columns, at least 1.
    public let width: Int
    /// Rows, at least 1.
    public let height: Int

    /// Makes a size.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// `width x height`, for people.
    public var description: String { "\(width)x\(height)" }
    /// `width * height`.
    public var area: Int { width * height }
}
