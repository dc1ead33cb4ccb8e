/// Which source frames of a window the model is shown.
///
/// The rule is that of NeMo Curator's `smart_nframes` and of `torch.linspace(start, end, n).round()`: the number of
/// frames is `window frames / video fps * sampling fps`, clamped to 4...min(768, frames) and rounded to even, and
/// that many frames are spaced evenly from the window's first to its last.
public struct SamplingPlan: Sendable, Hashable {
    /// The most frames a window may be sampled to.
    public static let maximumFrames = 768

    /// Frames to sample for each second of video, above 0.
    public let samplingFPS: Double

    /// Checks and keeps the rate.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when the rate is not a positive, finite number.
    public init(samplingFPS: Double = 2.0) throws(ShotlistError) {
        guard samplingFPS > 0, samplingFPS.isFinite else {
            throw ShotlistError(
                .invalidArgument, "The sampling rate is \(samplingFPS) frames a second, which cannot be sampled.",
                remedy: "Give a number above 0; 2 is the default.")
        }
        self.samplingFPS = samplingFPS
    }

    /// The source frames to show of `window`, ascending, counted like the window's own ends.
    ///
    /// - Parameters:
    ///   - window: the window, in source frames of its clip.
    ///   - videoFPS: the average frame rate of the video, above 0.
    /// - Throws: ``ShotlistError`` (`too_few_frames`) when the window holds fewer frames than can be sampled.
    public func frameIndices(of window: FrameRange, videoFPS: Double) throws(ShotlistError) -> [Int] {
        let count = try frameCount(totalFrames: window.count, videoFPS: videoFPS)
        return Self.evenlySpaced(from: window.start, through: window.end, count: count)
    }

    private func frameCount(totalFrames: Int, videoFPS: Double) throws(ShotlistError) -> Int {
        let highest = Double(min(Self.maximumFrames, totalFrames) / 2 * 2)
        let wanted = Double(totalFrames) / videoFPS * samplingFPS
        let clamped = min(max(wanted, Double(WindowPlan.minimumFrames)), highest)
        let count = Int((clamped / 2).rounded(.toNearestOrEven)) * 2
        guard count >= 2, count <= totalFrames else {
            throw ShotlistError(
                .tooFewFrames, "A window of \(totalFrames) frame(s) is too short to sample.",
                remedy: "Raise the remainder threshold so that short remainders join the window before them.")
        }
        return count
    }

    /// `torch.linspace(start, end, count).round()`, which computes in single precision and from both ends towards
    /// the middle, and rounds halves to even.
    private static func evenlySpaced(from start: Int, through end: Int, count: Int) -> [Int] {
        guard count > 1 else { return [start] }
        let step = (Float(end) - Float(start)) / Float(count - 1)
        return (0..<count).map { index in
            let value =
                index < count / 2
                ? Float(start) + step * Float(index)
                : Float(end) - step * Float(count - 1 - index)
            // Single precision does not hold every number above 2^24.
            return min(max(Int(value.rounded(.toNearestOrEven)), start), end)
        }
    }
}
