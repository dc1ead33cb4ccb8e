import ArgumentParser
import ShotlistCore
import ShotlistPipeline

/// Which frames are shown to which model, at which size.
struct WindowOptions: ParsableArguments {
    @Option(help: "The model: \(ModelVariant.availableNames.joined(separator: ", ")).")
    var captioningAlgorithm = "qwen"

    @Option(parsing: .unconditional, help: "Source frames of a window.")
    var captioningWindowSize = 256

    @Option(parsing: .unconditional, help: "The smallest remainder of frames that is a window of its own.")
    var captioningRemainderThreshold = 128

    @Option(
        name: .customLong("captioning-sampling-fps"), parsing: .unconditional,
        help: "Frames shown for each second of video.")
    var captioningSamplingFPS = 2.0

    @Option(parsing: .unconditional, help: "The smallest area of a frame shown, in pixels.")
    var captioningMinPixels: Int?

    @Option(parsing: .unconditional, help: "The largest area of a frame shown, in pixels.")
    var captioningMaxPixels: Int?

    /// The model variant, with the pixel limits that were asked for.
    func variant() throws(ShotlistError) -> ModelVariant {
        let variant = try ModelVariant.named(captioningAlgorithm)
        guard captioningMinPixels != nil || captioningMaxPixels != nil else { return variant }
        let limits = variant.resizePlan
        let plan = try ResizePlan(
            factor: limits.factor, minimumPixels: captioningMinPixels ?? limits.minimumPixels,
            maximumPixels: captioningMaxPixels ?? limits.maximumPixels, totalPixels: limits.totalPixels)
        return ModelVariant(name: variant.name, resizePlan: plan, sampling: variant.sampling)
    }

    /// How clips are cut into windows.
    func windowPlan() throws(ShotlistError) -> WindowPlan {
        try WindowPlan(windowSize: captioningWindowSize, remainderThreshold: captioningRemainderThreshold)
    }

    /// Which frames of a window are shown.
    func sampling() throws(ShotlistError) -> SamplingPlan {
        try SamplingPlan(samplingFPS: captioningSamplingFPS)
    }
}
