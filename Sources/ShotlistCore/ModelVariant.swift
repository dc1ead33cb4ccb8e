/// A model by the name users give it, with what preparation must know of it before any file is read.
public struct ModelVariant: Sendable, Hashable {
    /// The name with aliases resolved; captions are kept under it.
    public let name: String
    /// The size at which it is shown frames.
    public let frameSizing: FrameSizing
    /// How it picks tokens when nothing else is asked.
    public let sampling: SamplingParameters

    /// Makes a variant; pass one to a stage to run a model of your own.
    public init(name: String, frameSizing: FrameSizing, sampling: SamplingParameters) {
        self.name = name
        self.frameSizing = frameSizing
        self.sampling = sampling
    }
}
