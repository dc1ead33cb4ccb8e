import Foundation

/// The size at which a frame is shown to a model of the Qwen-VL family.
///
/// The rule is `smart_resize` of qwen-vl-utils with its limits for video: both sides become multiples of
/// ``factor``, the area stays between ``minimumPixels`` and a maximum that shrinks as the number of frames grows,
/// and the aspect ratio is kept as nearly as that allows.
public struct ResizePlan: Sendable, Hashable, Codable {
    /// The widest aspect ratio that is taken, either way.
    public static let maximumRatio = 200.0

    /// Sides are multiples of this many pixels: a patch of 14, merged two by two.
    public let factor: Int
    /// The smallest area of a frame, in pixels.
    public let minimumPixels: Int
    /// The largest area of a frame, in pixels, however few frames there are.
    public let maximumPixels: Int
    /// The area that all frames of a window share, in pixels; a frame pair takes its part of it.
    public let totalPixels: Int

    /// Makes a plan; the defaults are those of Qwen2.5-VL.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a limit that is not positive, a factor above 65536, or a smallest area above
    ///   the largest.
    public init(
        factor: Int = 28,
        minimumPixels: Int = 128 * 28 * 28,
        maximumPixels: Int = 768 * 28 * 28,
        totalPixels: Int = 24576 * 28 * 28
    ) throws(ShotlistError) {
        guard (1...1 << 16).contains(factor) else {
            throw ShotlistError(
                .invalidArgument, "The sides of a frame cannot be multiples of \(factor) pixels.",
                remedy: "Give 1 to 65536.")
        }
        guard minimumPixels > 0, totalPixels > 0, maximumPixels >= max(minimumPixels, factor * factor)
        else {
            throw ShotlistError(
                .invalidArgument,
                "A frame cannot have between \(minimumPixels) and \(maximumPixels) pixels.",
                remedy: "Give positive limits, the smaller first, the larger at least \(factor * factor).")
        }
        self.factor = factor
        self.minimumPixels = minimumPixels
        self.maximumPixels = maximumPixels
        self.totalPixels = totalPixels
    }

    /// The size for each of `frames` frames of `size`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when one side is more than 200 times the other.
    public func size(for size: PixelSize, frames: Int) throws(ShotlistError) -> PixelSize {
        let (height, width) = (Double(size.height), Double(size.width))
        guard max(height, width) / min(height, width) <= Self.maximumRatio else {
            throw ShotlistError(
                .invalidArgument, "A frame of \(size) is more than 200 times as long as it is wide.",
                remedy: "Crop the video; no model can be shown such a frame.")
        }
        let shared = Double(totalPixels) / Double(frames) * 2
        let largest = max(min(Double(maximumPixels), shared), Double(Int(Double(minimumPixels) * 1.05)))
        let unit = Double(factor)
        var rows = max(unit, (height / unit).rounded(.toNearestOrEven) * unit)
        var columns = max(unit, (width / unit).rounded(.toNearestOrEven) * unit)
        if rows * columns > largest {
            let beta = (height * width / largest).squareRoot()
            rows = max(unit, (height / beta / unit).rounded(.down) * unit)
            columns = max(unit, (width / beta / unit).rounded(.down) * unit)
        } else if rows * columns < Double(minimumPixels) {
            let beta = (Double(minimumPixels) / (height * width)).squareRoot()
            rows = (height * beta / unit).rounded(.up) * unit
            columns = (width * beta / unit).rounded(.up) * unit
        }
        return PixelSize(width: Int(columns), height: Int(rows))
    }
}
