import ShotlistCore

/// When the frames of a clip that is made again are shown.
struct OutputTimes {
    /// When each frame is shown, from 0 on, in units of the time base.
    let starts: [Int64]
    /// When the last one ends.
    let end: Int64
    /// Seconds of one unit.
    let timeBase: (numerator: Int, denominator: Int)
    /// The span of the source, in its own units, whose sound belongs to them.
    let span: ClosedRange<Int64>

    /// Times of a rate, or those that the frames have in the source.
    init(of frames: [Int], _ timeline: FrameTimeline, rate: Int?) {
        let first = timeline.timestamps[frames[0]]
        guard let rate else {
            starts = frames.map { timeline.timestamps[$0] - first }
            end = timeline.end(of: frames[0]..<frames[frames.count - 1] + 1) - first
            timeBase = timeline.timeBase
            span = first...first + end
            return
        }
        starts = frames.indices.map(Int64.init)
        end = Int64(frames.count)
        timeBase = (numerator: 1, denominator: rate)
        let seconds = Double(frames.count) / Double(rate)
        let units = seconds * Double(timeline.timeBase.denominator) / Double(timeline.timeBase.numerator)
        span = first...first + Int64(max(0, min(units, 1e17)))
    }

    /// How long the frame at `time` is shown.
    func duration(at time: Int64) -> Int64 {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return max(1, (low < starts.count ? starts[low] : end) - time)
    }
}
