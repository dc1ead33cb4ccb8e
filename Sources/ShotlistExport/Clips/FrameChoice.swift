import ShotlistCore

/// Which frames of a clip's file show a window: all of them, or at a rate each that is on the screen at its time.
struct FrameChoice {
    /// How many frames beyond the file's last a record may name: NeMo Curator counts by the container's header, and some
    /// of these count a frame or two too many.
    private static let mostBeyond = 2

    /// The window's frames that the file has.
    let window: Range<Int>
    private let timeline: FrameTimeline
    private let rate: Int?

    /// - Parameters:
    ///   - first: the window's first frame.
    ///   - last: its last one.
    ///   - timeline: when the file's frames are shown.
    ///   - rate: frames a second; nil for all frames as they are.
    /// - Throws: ``DropReason`` (`not_in_clip`) where the file does not have the window's frames: words about all of them
    ///   would be wrong about a part.
    init(first: Int, last: Int, of timeline: FrameTimeline, rate: Int?) throws(DropReason) {
        guard first >= 0, first <= last, first < timeline.count, last - (timeline.count - 1) <= Self.mostBeyond else {
            throw .notInClip
        }
        window = first..<min(last, timeline.count - 1) + 1
        self.timeline = timeline
        self.rate = rate
    }

    /// How many frames there are.
    var count: Int {
        guard let rate else { return window.count }
        let end = window.upperBound < timeline.count ? timeline.time(of: window.upperBound) : timeline.duration
        return max(0, Int(((end - start + Self.slack(rate)) * Double(rate)).rounded(.down)))
    }

    /// The first frames, in order.
    func frames(_ count: Int) -> [Int] { (0..<count).map(frame) }

    /// Whether these are all of the window's frames, each once.
    var isWhole: Bool { count == window.count && (0..<count).allSatisfy { frame($0) == window.lowerBound + $0 } }

    /// Whether the window's frames are at the rate's even times already.
    var isEven: Bool {
        guard let rate else { return true }
        return window.indices.allSatisfy { index in
            let time = start + Double(index - window.lowerBound) / Double(rate)
            return abs(timeline.time(of: index) - time) <= Self.slack(rate)
        }
    }

    private var start: Double { timeline.time(of: window.lowerBound) }

    private func frame(_ index: Int) -> Int {
        guard let rate else { return window.lowerBound + index }
        let frame = timeline.frame(at: start + Double(index) / Double(rate) + Self.slack(rate))
        return min(max(frame, window.lowerBound), window.upperBound - 1)
    }

    /// How much later a frame may begin and still be the one that is meant: Matroska and WebM round both times that are
    /// compared to a millisecond. Never near the length of a frame.
    private static func slack(_ rate: Int) -> Double { min(0.0011, 0.25 / Double(rate)) }
}
