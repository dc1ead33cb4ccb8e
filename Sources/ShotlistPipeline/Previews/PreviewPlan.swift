import ShotlistCore

/// Which frames of a window its preview shows, and for how long.
public struct PreviewPlan: Sendable, Hashable {
    /// Pictures for each second of video.
    public let targetFPS: Double
    /// The height of a picture in pixels; the width follows, even.
    public let targetHeight: Int

    /// Makes a plan; both must be above 0.
    public init(targetFPS: Double, targetHeight: Int) {
        self.targetFPS = targetFPS
        self.targetHeight = targetHeight
    }

    /// What the preview of one window shows.
    public struct Shots: Sendable {
        /// Frames counted from the clip's first, ascending, each once.
        public let frames: [Int]
        /// How long each is shown, in milliseconds.
        public let durations: [Int]
    }

    /// The pictures at 0, 1, 2 ... times `1 / targetFPS` seconds of the window, each the frame that is on the screen
    /// at that time. A frame that is on the screen for several of these times is shown once, for as long.
    public func shots(of window: FrameRange, clip: Clip) -> Shots {
        let (clipFrames, timeline) = (clip.frames, clip.video.timeline)
        let first = clipFrames.lowerBound + window.start
        let last = clipFrames.lowerBound + window.end
        let start = timeline.time(of: first)
        let next = last + 1 < timeline.count ? timeline.time(of: last + 1) : timeline.duration
        let length = max(0, next - start)
        let count = max(1, Int((length * targetFPS).rounded()))
        let step = 1000 / targetFPS
        var shots: [(frame: Int, duration: Double)] = []
        for index in 0..<count {
            let time = start + Double(index) / targetFPS
            let frame = min(max(timeline.frame(at: time), first), last) - clipFrames.lowerBound
            let duration = index == count - 1 ? max(length * 1000 - step * Double(index), min(step, 40)) : step
            if shots.last?.frame == frame {
                shots[shots.count - 1].duration += duration
            } else {
                shots.append((frame, duration))
            }
        }
        return Shots(frames: shots.map(\.frame), durations: shots.map { Int($0.duration.rounded()) })
    }
}
