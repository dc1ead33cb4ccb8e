/// When each frame of a video is shown, from counting its packets without decoding them.
///
/// Frames are in order of presentation. Times count from the first frame, so a start offset of the container does
/// not matter.
public struct FrameTimeline: Sendable, Hashable {
    /// Presentation timestamps, ascending, in units of ``timeBase`` seconds.
    public let timestamps: [Int64]
    /// Seconds of one timestamp unit: numerator and denominator.
    public let timeBase: (numerator: Int, denominator: Int)
    /// How long the last frame is shown, in the same units.
    public let lastDuration: Int64

    /// Makes a timeline; `timestamps` must be ascending.
    public init(timestamps: [Int64], timeBase: (numerator: Int, denominator: Int), lastDuration: Int64) {
        self.timestamps = timestamps
        self.timeBase = timeBase
        self.lastDuration = lastDuration
    }

    /// How many frames there are.
    public var count: Int { timestamps.count }

    /// Seconds from the first frame to the end of the last; 0 when there are no frames.
    public var duration: Double {
        guard let first = timestamps.first, let last = timestamps.last else { return 0 }
        return seconds(last - first + lastDuration)
    }

    /// When frame `index` is shown, in seconds from the first frame.
    public func time(of index: Int) -> Double {
        seconds(timestamps[index] - timestamps[0])
    }

    /// The frames with `start <= t < end`, in seconds from the first frame.
    public func frames(from start: Double, to end: Double) -> Range<Int> {
        let lower = firstIndex(atOrAfter: start)
        return lower..<max(lower, firstIndex(atOrAfter: end))
    }

    /// The frame that is on the screen at `time` seconds: the last one that starts at or before it.
    public func frame(at time: Double) -> Int {
        max(0, firstIndex(atOrAfter: time.nextUp) - 1)
    }

    private func firstIndex(atOrAfter time: Double) -> Int {
        var low = 0
        var high = timestamps.count
        while low < high {
            let middle = (low + high) / 2
            if self.time(of: middle) < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func seconds(_ units: Int64) -> Double {
        Double(units) * Double(timeBase.numerator) / Double(timeBase.denominator)
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.timestamps == right.timestamps && left.timeBase == right.timeBase
            && left.lastDuration == right.lastDuration
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(timestamps)
        hasher.combine(timeBase.numerator)
        hasher.combine(timeBase.denominator)
        hasher.combine(lastDuration)
    }
}
