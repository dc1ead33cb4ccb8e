/// A picture of 8-bit red, green and blue, rows from the top, without padding: what a decoder gives and a model
/// or an encoder takes.
public struct RGBFrame: Sendable, Hashable {
    /// Width and height.
    public let size: PixelSize
    /// `height * width * 3` bytes.
    public let bytes: [UInt8]

    /// Makes a frame; `bytes` must hold exactly `height * width * 3` bytes.
    public init(size: PixelSize, bytes: [UInt8]) {
        precondition(bytes.count == size.area * 3, "an RGB frame holds three bytes a pixel")
        self.size = size
        self.bytes = bytes
    }
}
