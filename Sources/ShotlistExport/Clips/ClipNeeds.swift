import ShotlistCore
import ShotlistMedia

/// How many frames a reader takes: one more than a multiple of its step, since the first is a step of its own.
public enum FrameRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// 5, 9, 13 and so on: Wan, HunyuanVideo, Cosmos.
    case fourPlusOne = "4n+1"
    /// 9, 17, 25 and so on: LTX-Video.
    case eightPlusOne = "8n+1"

    private var step: Int { self == .fourPlusOne ? 4 : 8 }

    /// The most frames out of `count` that fit the rule; nil where they are too few for a step.
    public func most(of count: Int) -> Int? {
        count > step ? (count - 1) / step * step + 1 : nil
    }
}

/// What clips must be like for the reader that they are handed to.
public struct ClipNeeds: Sendable, Hashable {
    /// How many frames; the last ones are left out.
    public let frames: FrameRule?
    /// Frames a second. Each is the one that is shown at its time.
    public let fps: Int?
    /// What both sides must be a multiple of; what is beside that is cut off around the middle.
    public let sides: Int?
    /// The picture's size: it is scaled to fill that, and what is beside it is cut off. Nothing is made larger.
    public let resolution: PixelSize?

    /// Clips as they are.
    public static let none = ClipNeeds(())

    private init(_: Void) {
        frames = nil
        fps = nil
        sides = nil
        resolution = nil
    }

    /// Makes needs.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for numbers that no clip can meet.
    public init(
        frames: FrameRule? = nil, fps: Int? = nil, sides: Int? = nil, resolution: PixelSize? = nil
    ) throws(ShotlistError) {
        if let fps, !(1...240).contains(fps) {
            throw ShotlistError(.invalidArgument, "No clip has \(fps) frames a second.", remedy: "Give --fps 1 to 240.")
        }
        if let sides, !(2...256).contains(sides) || sides % 2 != 0 {
            throw ShotlistError(
                .invalidArgument, "Sides cannot be multiples of \(sides).",
                remedy: "Give --sides an even number, such as 16 or 32.")
        }
        if let resolution {
            let step = sides ?? 2
            let both = [resolution.width, resolution.height]
            guard both.allSatisfy({ (2...16_384).contains($0) && $0 % step == 0 }) else {
                throw ShotlistError(
                    .invalidArgument, "A clip cannot be \(resolution): both sides are to be multiples of \(step).",
                    remedy: "Give --resolution another size, or --sides another number.")
            }
        }
        self.frames = frames
        self.fps = fps
        self.sides = sides
        self.resolution = resolution
    }

    /// What becomes of a window of a clip's file.
    ///
    /// - Parameters:
    ///   - first: the window's first frame.
    ///   - last: its last one; one beyond the file's last is taken for that.
    ///   - timeline: when the file's frames are shown.
    ///   - metadata: what the file holds.
    /// - Throws: ``DropReason`` where no clip can be made that meets the needs.
    func shape(
        first: Int, last: Int, timeline: FrameTimeline, metadata: VideoMetadata
    ) throws(DropReason) -> ClipShape {
        guard first >= 0, first <= last, first < timeline.count else { throw .notInClip }
        let window = first..<min(last, timeline.count - 1) + 1
        let size = try size(of: metadata.size)
        var shown = shown(window, timeline)
        if let frames {
            guard let most = frames.most(of: shown.count) else { throw .tooFewFrames }
            shown = Array(shown.prefix(most))
        }
        guard !shown.isEmpty else { throw .tooFewFrames }
        let coversClip = window == 0..<timeline.count
        let keepsFrames = shown == Array(window)
        let keepsRate = fps == nil || keepsFrames && abs(metadata.framerate - Double(fps ?? 0)) < 0.001
        let keepsSize = size == nil || size == metadata.size
        let work: ClipShape.Work
        if coversClip, keepsFrames, keepsRate, keepsSize {
            work = .asItIs
        } else if fps == nil, keepsSize {
            work = .cut(window.lowerBound..<window.lowerBound + shown.count)
        } else {
            work = .remade(shown, ClipForm(rate: fps, size: size, isScaled: resolution != nil))
        }
        return ClipShape(
            work: work, coversClip: coversClip, frames: shown.count, fps: fps.map(Double.init) ?? metadata.framerate,
            size: size ?? metadata.size)
    }

    /// The size that is wanted of a picture; nil where it stays.
    private func size(of picture: PixelSize) throws(DropReason) -> PixelSize? {
        if let resolution {
            guard picture.width >= resolution.width, picture.height >= resolution.height else { throw .tooSmall }
            return resolution
        }
        guard let sides else { return nil }
        let size = PixelSize(width: picture.width / sides * sides, height: picture.height / sides * sides)
        guard size.width > 0, size.height > 0 else { throw .tooSmall }
        return size
    }

    /// The frames to show: all of the window, or at the rate each that is on the screen at its time.
    private func shown(_ window: Range<Int>, _ timeline: FrameTimeline) -> [Int] {
        guard let fps else { return Array(window) }
        let start = timeline.time(of: window.lowerBound)
        let end = window.upperBound < timeline.count ? timeline.time(of: window.upperBound) : timeline.duration
        // A tenth of a millisecond: times of a container are rounded, and the frame that begins there is meant.
        let slack = 0.0001
        let count = Int(((end - start + slack) * Double(fps)).rounded(.down))
        return (0..<max(0, count)).map { index in
            let frame = timeline.frame(at: start + Double(index) / Double(fps) + slack)
            return min(max(frame, window.lowerBound), window.upperBound - 1)
        }
    }
}

/// What a window's clip is going to be.
struct ClipShape: Sendable, Hashable {
    /// What is done for it.
    enum Work: Sendable, Hashable {
        /// The clip's file is what is wanted.
        case asItIs
        /// These frames of it, as they are.
        case cut(Range<Int>)
        /// These frames, and they are made to look otherwise.
        case remade([Int], ClipForm)
    }

    let work: Work
    /// Whether the window is the whole clip.
    let coversClip: Bool
    let frames: Int
    let fps: Double
    let size: PixelSize
}
