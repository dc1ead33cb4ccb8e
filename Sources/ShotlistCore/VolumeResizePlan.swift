import Foundation

/// The size at which a frame is shown to Qwen3-VL, which bounds the pixels of all frames of a video together.
///
/// The rule is `smart_resize` of transformers' `Qwen3VLVideoProcessor`: both sides become multiples of ``factor``,
/// frames * height * width stays between ``minimumVolume`` and ``maximumVolume``, and the aspect ratio is kept as nearly
/// as that allows. Frames that already have the size that it gives keep it, unless they are strips one unit high or wide.
public struct VolumeResizePlan: Sendable, Hashable, Codable {
    /// Frames are taken by pairs.
    static let framesTogether = 2.0

    /// Sides are multiples of this many pixels: a patch of 16, merged two by two.
    public let factor: Int
    /// The fewest pixels of all frames together.
    public let minimumVolume: Int
    /// The most pixels of all frames together.
    public let maximumVolume: Int
    /// The smallest area of a frame, in pixels, which goes before ``maximumVolume``; nil leaves it to the video's.
    public let minimumPixels: Int?
    /// The largest area of a frame, in pixels; nil leaves it to the video's.
    public let maximumPixels: Int?

    /// Makes a plan; the defaults are what NeMo Curator gives vLLM for Qwen3-VL, `min_pixels` and `max_pixels`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a limit that is not positive, a factor above 65536, or a smallest above the
    ///   largest.
    public init(
        factor: Int = 32, minimumVolume: Int = 4 * 32 * 32, maximumVolume: Int = 16384 * 32 * 32,
        minimumPixels: Int? = nil, maximumPixels: Int? = nil
    ) throws(ShotlistError) {
        guard (1...1 << 16).contains(factor) else {
            throw ShotlistError(
                .invalidArgument, "The sides of a frame cannot be multiples of \(factor) pixels.",
                remedy: "Give 1 to 65536.")
        }
        guard minimumVolume > 0, maximumVolume >= minimumVolume else {
            throw ShotlistError(
                .invalidArgument, "A video cannot have between \(minimumVolume) and \(maximumVolume) pixels.",
                remedy: "Give positive limits, the smaller first.")
        }
        guard minimumPixels ?? 1 > 0, maximumPixels ?? .max >= max(minimumPixels ?? 1, factor * factor) else {
            throw ShotlistError(
                .invalidArgument,
                "A frame cannot have between \(minimumPixels ?? 1) and \(maximumPixels ?? .max) pixels.",
                remedy: "Give positive limits, the smaller first, the larger at least \(factor * factor).")
        }
        self.factor = factor
        self.minimumVolume = minimumVolume
        self.maximumVolume = maximumVolume
        self.minimumPixels = minimumPixels
        self.maximumPixels = maximumPixels
    }

    /// The size for each of `frames` frames of `size`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when one side is more than 200 times the other.
    public func size(for size: PixelSize, frames: Int) throws(ShotlistError) -> PixelSize {
        let unit = Double(factor)
        // The shorter side grows to one unit first, and fractions of a pixel are cut off.
        let growth = max(unit / Double(size.height), unit / Double(size.width), 1)
        let height = (Double(size.height) * growth).rounded(.down)
        let width = (Double(size.width) * growth).rounded(.down)
        guard max(height, width) / min(height, width) <= ResizePlan.maximumRatio else {
            throw ShotlistError(
                .invalidArgument, "A frame of \(size) is more than 200 times as long as it is wide.",
                remedy: "Crop the video; no model can be shown such a frame.")
        }
        let (least, most) = limits(frames: frames)
        let shown = Double(frames)
        let padded = (shown / Self.framesTogether).rounded(.toNearestOrEven) * Self.framesTogether
        var rows = (height / unit).rounded(.toNearestOrEven) * unit
        var columns = (width / unit).rounded(.toNearestOrEven) * unit
        if padded * rows * columns > most {
            let beta = (shown * height * width / most).squareRoot()
            rows = max(unit, (height / beta / unit).rounded(.down) * unit)
            columns = max(unit, (width / beta / unit).rounded(.down) * unit)
        } else if padded * rows * columns < least {
            let beta = (least / (shown * height * width)).squareRoot()
            rows = (height * beta / unit).rounded(.up) * unit
            columns = (width * beta / unit).rounded(.up) * unit
        }
        return PixelSize(width: Int(columns), height: Int(rows))
    }

    /// The limits of all frames together, with those of a frame counted for each.
    private func limits(frames: Int) -> (least: Double, most: Double) {
        let least = max(Double(minimumVolume), Double(minimumPixels ?? 0) * Double(frames))
        let most = min(Double(maximumVolume), maximumPixels.map { Double($0) * Double(frames) } ?? .infinity)
        return (least, max(least, most))
    }
}
