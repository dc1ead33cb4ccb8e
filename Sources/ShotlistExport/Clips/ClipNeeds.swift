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
    /// Where a size or sides are asked for, no picture stays that is stored turned, or in pixels that are not square: who reads
    /// it by its size may know nothing of that.
    ///
    /// - Parameters:
    ///   - choice: the window's frames, at the rate that is asked for.
    ///   - metadata: what the file holds.
    ///   - pixels: the shape of its pixels.
    ///   - count: how many frames the file has.
    /// - Throws: ``DropReason`` where no clip can be made that meets the needs.
    func shape(
        _ choice: FrameChoice, of metadata: VideoMetadata, _ pixels: PixelShape, count: Int
    ) throws(DropReason) -> ClipShape {
        let size = try size(of: pixels.squared(metadata.size))
        var shown = choice.count
        if let frames {
            guard let most = frames.most(of: shown) else { throw .tooFewFrames }
            shown = most
        }
        guard shown > 0 else { throw .tooFewFrames }
        let coversClip = choice.window == 0..<count
        let keepsFrames = shown == choice.window.count && choice.isWhole
        let keepsSize = size == nil || size == metadata.size && pixels == .square
        let isUpright = size == nil || metadata.rotation == 0
        let work: ClipShape.Work
        if coversClip, keepsFrames, keepsRate(choice, metadata), keepsSize, isUpright {
            work = .asItIs
        } else if fps == nil, keepsSize {
            work = .cut(choice.window.lowerBound..<choice.window.lowerBound + shown)
        } else {
            let isScaled = resolution != nil || size != nil && pixels != .square
            work = .remade(ClipForm(rate: fps, size: size, isScaled: isScaled))
        }
        return ClipShape(
            work: work, coversClip: coversClip, frames: shown, fps: fps.map(Double.init) ?? metadata.framerate,
            size: size ?? metadata.size)
    }

    /// Whether a file has the rate that is asked for. The mean of times in milliseconds is near it; 23.976 is not near 24.
    private func keepsRate(_ choice: FrameChoice, _ metadata: VideoMetadata) -> Bool {
        guard let fps else { return true }
        return abs(metadata.framerate - Double(fps)) < 0.01 && choice.isEven
    }

    /// The size that is wanted of a picture with square pixels; nil where it stays.
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
}
