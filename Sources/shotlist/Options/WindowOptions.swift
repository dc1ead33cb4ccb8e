import ArgumentParser
import ShotlistCore
import ShotlistModels
import ShotlistPipeline

/// Which frames are shown to which model, at which size.
struct WindowOptions: ParsableArguments {
    @Option(help: "The model: \(ModelRegistry.standard.names(.vision).joined(separator: ", ")).")
    var captioningAlgorithm = "qwen"

    @Option(help: "A YAML file that describes a model of your own, for --captioning-algorithm to name.")
    var modelFile: String?

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

    /// All that is known of the model.
    func spec() throws(ShotlistError) -> ModelSpec {
        try registry().model(captioningAlgorithm, kind: .vision)
    }

    /// The models of this release and the user's own.
    func registry() throws(ShotlistError) -> ModelRegistry {
        var registry = ModelRegistry.standard
        if let modelFile { registry.add(try ModelFile.read(modelFile)) }
        return registry
    }

    /// The model variant, with the pixel limits that were asked for.
    func variant() throws(ShotlistError) -> ModelVariant {
        let variant = try registry().variant(captioningAlgorithm)
        let sizing = try variant.frameSizing.bounded(
            minimumPixels: captioningMinPixels, maximumPixels: captioningMaxPixels)
        return ModelVariant(name: variant.name, frameSizing: sizing, sampling: variant.sampling)
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
