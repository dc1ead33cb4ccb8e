import ShotlistCore

/// What is wanted of one window.
public struct WindowNeeds: Sendable, Codable {
    /// The window, counted from the clip's first frame.
    public let range: FrameRange
    /// The frames for the model, ascending, counted like the range.
    public let modelFrames: [Int]
    /// The size the model sees them in; nil leaves them as they are.
    public let modelSize: PixelSize?
    /// The frames for the preview, ascending, counted like the range.
    public let previewFrames: [Int]
    /// The preview's height in lines; nil leaves its frames as they are.
    public let previewHeight: Int?
    /// Whether the preview's frames are wanted in RGB; otherwise they come as WebP keeps them where the video's own
    /// colours are of that kind.
    public let previewInRGB: Bool

    /// Makes the needs of a window.
    public init(
        range: FrameRange, modelFrames: [Int], modelSize: PixelSize?, previewFrames: [Int], previewHeight: Int?,
        previewInRGB: Bool = true
    ) {
        self.previewInRGB = previewInRGB
        self.range = range
        self.modelFrames = modelFrames
        self.modelSize = modelSize
        self.previewFrames = previewFrames
        self.previewHeight = previewHeight
    }
}

/// What was decoded of one window.
public struct DecodedWindow: Sendable {
    /// The window, counted from the clip's first frame.
    public let range: FrameRange
    /// The frames for the model, in the order asked for, without the missing ones.
    public let modelFrames: [RGBFrame]
    /// The frames for the preview, in the order asked for, without the missing ones.
    public let previewFrames: [PreviewPicture]
    /// The frames that were asked for and that the file does not give, because it is broken there.
    public let missingFrames: [Int]
}
