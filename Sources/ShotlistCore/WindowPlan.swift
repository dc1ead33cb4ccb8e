/// How a clip is cut into windows of source frames.
///
/// The rule is NeMo Curator's `compute_windows`: a clip of at most `windowSize` frames is one window; otherwise
/// full windows follow one another, a remainder of at least `remainderThreshold` frames is a window of its own and
/// a smaller one joins the last window. Fewer than ``minimumFrames`` frames make no window.
public struct WindowPlan: Sendable, Hashable {
    /// Fewer frames than this are too few for a window.
    public static let minimumFrames = 4

    /// Frames in a full window, at least 1.
    public let windowSize: Int
    /// The smallest remainder that is a window of its own.
    public let remainderThreshold: Int

    /// Checks and keeps the two numbers.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when `windowSize` is below 4, since no such window could
    ///   be sampled, or `remainderThreshold` is negative.
    public init(windowSize: Int = 256, remainderThreshold: Int = 128) throws(ShotlistError) {
        guard windowSize >= Self.minimumFrames else {
            throw ShotlistError(
                .invalidArgument, "The window size is \(windowSize), but a window needs at least 4 frames.",
                remedy: "Give a window size of 4 or more; 256 is the default.")
        }
        guard remainderThreshold >= 0 else {
            throw ShotlistError(
                .invalidArgument, "The remainder threshold is \(remainderThreshold), which is negative.",
                remedy: "Give 0 or more; 128 is the default.")
        }
        self.windowSize = windowSize
        self.remainderThreshold = remainderThreshold
    }

    /// The windows of a clip of `totalFrames` frames, in order; empty when there are fewer than ``minimumFrames``.
    public func windows(totalFrames: Int) -> [FrameRange] {
        guard totalFrames >= Self.minimumFrames else { return [] }
        guard totalFrames > windowSize else { return [FrameRange(start: 0, end: totalFrames - 1)] }
        let full = totalFrames / windowSize
        let remainder = totalFrames % windowSize
        var windows = (0..<full).map { FrameRange(start: $0 * windowSize, end: ($0 + 1) * windowSize - 1) }
        if remainder >= remainderThreshold, remainder > 0 {
            windows.append(FrameRange(start: totalFrames - remainder, end: totalFrames - 1))
        } else if remainder > 0 {
            windows[full - 1] = FrameRange(start: windows[full - 1].start, end: totalFrames - 1)
        }
        return windows
    }
}
