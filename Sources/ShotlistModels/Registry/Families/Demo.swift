import ShotlistCore

extension ModelRegistry {
    /// The model that Shotlist ships. It was trained on frames of at most 112 by 112 pixels or the like of another shape.
    static let demo = [
        ModelSpec(
            name: DemoModel.variantName, kind: .vision, architecture: .qwen25VL, source: .shipped,
            frameSizing: .smart(.demo), sampling: .greedy, licence: "Apache-2.0",
            parameters: .init(text: 1_900_000, vision: 1_400_000))
    ]
}
