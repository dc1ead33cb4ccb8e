/// The rule for the size at which a model is shown a frame.
public enum FrameSizing: Sendable, Hashable, Codable {
    /// The aspect ratio is kept as nearly as a frame's limits allow: Qwen2.5-VL.
    case smart(ResizePlan)
    /// The aspect ratio is kept as nearly as the limits of all frames together allow: Qwen3-VL.
    case volume(VolumeResizePlan)
    /// Every frame is stretched to one size: Nemotron's tiles.
    case stretched(PixelSize)

    /// The size for each of `frames` frames of `size`.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a frame that the model cannot be shown.
    public func size(for size: PixelSize, frames: Int) throws(ShotlistError) -> PixelSize {
        switch self {
        case .smart(let plan): try plan.size(for: size, frames: frames)
        case .volume(let plan): try plan.size(for: size, frames: frames)
        case .stretched(let fixed): fixed
        }
    }

    /// The same rule with other bounds of a frame's area, in pixels; nil keeps a bound.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for bounds that cannot be kept.
    public func bounded(minimumPixels: Int?, maximumPixels: Int?) throws(ShotlistError) -> FrameSizing {
        guard minimumPixels != nil || maximumPixels != nil else { return self }
        switch self {
        case .smart(let plan):
            return .smart(
                try ResizePlan(
                    factor: plan.factor, minimumPixels: minimumPixels ?? plan.minimumPixels,
                    maximumPixels: maximumPixels ?? plan.maximumPixels, totalPixels: plan.totalPixels))
        case .volume(let plan):
            return .volume(
                try VolumeResizePlan(
                    factor: plan.factor, minimumVolume: plan.minimumVolume, maximumVolume: plan.maximumVolume,
                    minimumPixels: minimumPixels ?? plan.minimumPixels,
                    maximumPixels: maximumPixels ?? plan.maximumPixels))
        case .stretched(let size):
            throw ShotlistError(
                .invalidArgument, "This model is shown every frame at \(size); its area has no bounds to set.",
                remedy: "Leave --captioning-min-pixels and --captioning-max-pixels out.")
        }
    }
}

extension FrameSizing {
    /// Tokens that a model of this rule takes for frames, two of which make one block but for tiles.
    ///
    /// - Parameters:
    ///   - size: the size of each frame, as it is shown.
    ///   - frames: how many there are.
    public func visionTokens(of size: PixelSize, frames: Int) -> Int {
        func pairs(_ factor: Int) -> Int { (frames + 1) / 2 * (size.width / factor) * (size.height / factor) }
        switch self {
        case .smart(let plan): return pairs(plan.factor)
        case .volume(let plan): return pairs(plan.factor)
        // A patch has 16 pixels a side, and four of them make a token.
        case .stretched: return frames * (size.width / 32) * (size.height / 32)
        }
    }
}
