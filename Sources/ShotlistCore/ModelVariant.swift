/// A model by the name users give it, with what preparation must know of it before any file is read.
public struct ModelVariant: Sendable, Hashable {
    /// The name with aliases resolved; captions are kept under it.
    public let name: String
    /// The limits that a frame shown to it must keep.
    public let resizePlan: ResizePlan
    /// How it picks tokens when nothing else is asked.
    public let sampling: SamplingParameters

    /// Makes a variant; pass one to a stage to run a model of your own.
    public init(name: String, resizePlan: ResizePlan, sampling: SamplingParameters) {
        self.name = name
        self.resizePlan = resizePlan
        self.sampling = sampling
    }

    /// The variants that this release can run, in the order they are offered.
    public static let availableNames = ["qwen", "demo"]

    /// Names of the mission's that this release knows and cannot run.
    static let plannedNames = ["nemotron", "nemotron-bf16", "nemotron-fp8", "nemotron-nvfp4", "qwen3"]

    /// The variant that `name` or one of its aliases means.
    ///
    /// - Throws: ``ShotlistError``: `not_available` for a variant that this release knows and cannot run,
    ///   `unknown_variant` for any other name, with the nearest one.
    public static func named(_ name: String) throws(ShotlistError) -> ModelVariant {
        switch name {
        case "qwen", "qwen2.5":
            return ModelVariant(name: "qwen", resizePlan: try ResizePlan(), sampling: .qwen)
        case "demo":
            return ModelVariant(name: "demo", resizePlan: try demoResizePlan, sampling: .greedy)
        case let name where plannedNames.contains(name):
            throw ShotlistError(
                .notAvailable, "The model variant '\(name)' is not part of this release.",
                remedy: "Use one of: \(availableNames.joined(separator: ", ")).")
        default:
            throw ShotlistError(
                .unknownVariant, "There is no model variant '\(name)'.",
                remedy: "Use one of: \(availableNames.joined(separator: ", ")).")
        }
    }

    /// The demo model was trained on frames of at most 112 by 112 pixels or the like of another shape.
    private static var demoResizePlan: ResizePlan {
        get throws(ShotlistError) {
            try ResizePlan(minimumPixels: 84 * 84, maximumPixels: 112 * 112, totalPixels: 112 * 112 * 40)
        }
    }
}
