import ShotlistCore

/// Which frames of a window its preview shows, and for how long.
public struct PreviewPlan: Sendable, Hashable {
    /// Pictures for each second of video.
    public let targetFPS: Double
    /// The height of a picture in pixels; the width follows, even: less a column where it would be odd.
    public let targetHeight: Int
    /// Whether nothing of the pictures may be lost, so that they must come in RGB.
    public let isLossless: Bool

    /// Makes a plan; both numbers must be above 0.
    public init(targetFPS: Double, targetHeight: Int, isLossless: Bool = false) {
        self.isLossless = isLossless
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

    /// One picture for each `1 / targetFPS` seconds of the window, as FFmpeg's filter `fps` picks them, by which NeMo
    /// Curator draws its previews: a frame's time is rounded to the nearest picture, and of those that a picture has or
    /// has passed the last is shown. At one picture a second, the first shows what is on the screen half a second in. A
    /// frame that several pictures show is there once, for as long.
    public func shots(of window: FrameRange, clip: Clip) -> Shots {
        let (clipFrames, timeline) = (clip.frames, clip.video.timeline)
        let first = clipFrames.lowerBound + window.start
        let last = clipFrames.lowerBound + window.end
        let start = timeline.time(of: first)
        let end = last + 1 < timeline.count ? timeline.time(of: last + 1) : timeline.duration
        let count = max(1, picture(at: end - start))
        var shots: [(frame: Int, firstPicture: Int)] = []
        var frame = first
        for number in 0..<count {
            while frame < last, picture(at: timeline.time(of: frame + 1) - start) <= number { frame += 1 }
            if shots.last?.frame != frame { shots.append((frame, number)) }
        }
        let ends = shots.dropFirst().map(\.firstPicture) + [count]
        return Shots(
            frames: shots.map { $0.frame - clipFrames.lowerBound },
            durations: zip(shots, ends).map { milliseconds($1) - milliseconds($0.firstPicture) })
    }

    /// The picture nearest to a time, half-way ones counting to the later. The little more is for times whose fraction
    /// a binary number does not hold.
    private func picture(at seconds: Double) -> Int {
        Int(max(0, seconds * targetFPS + 0.5 + 1e-6))
    }

    private func milliseconds(_ picture: Int) -> Int {
        Int((Double(picture) * 1000 / targetFPS).rounded())
    }
}
