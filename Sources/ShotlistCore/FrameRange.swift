/// A run of frames, both ends included, as NeMo Curator counts windows.
///
/// Frames count from 0 at the first frame of the clip the range belongs to.
public struct FrameRange: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The first frame.
    public let start: Int
    /// The last frame, itself part of the range.
    public let end: Int

    /// Makes the range `start...end`; `end` must not lie before `start`.
    public init(start: Int, end: Int) {
        precondition(start >= 0 && end >= start, "a frame range must not be empty or negative")
        self.start = start
        self.end = end
    }

    /// How many frames the range holds, at least 1.
    public var count: Int { end - start + 1 }

    /// `start_end`, the form used in file names.
    public var description: String { "\(start)_\(end)" }
}
