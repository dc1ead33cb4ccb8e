import ShotlistCore

extension ModelRegistry {
    /// Qwen3-VL. It is sampled as Qwen2.5-VL is; NeMo Curator has the same numbers for both.
    static let qwen3VL = [
        ModelSpec(
            name: "qwen3", kind: .vision, architecture: .qwen3VL,
            source: .hub(
                HubRepository("Qwen", "Qwen3-VL-8B-Instruct", revision: "0c351dd"), files: checkpointFiles),
            frameSizing: .volume(.qwen3VL), sampling: .qwen, licence: "Apache-2.0",
            parameters: .init(text: 8_190_735_360, vision: 576_388_336))
    ]
}

extension VolumeResizePlan {
    /// What NeMo Curator 1.4.0 has vLLM resize to: `min_pixels` and `max_pixels`, which vLLM hands the video processor as
    /// the bounds of all frames together. Its `video_min_pixels` and the like are names that no processor knows.
    static let qwen3VL: VolumeResizePlan = {
        do { return try VolumeResizePlan() } catch {
            preconditionFailure("the limits of a built-in model are in order: \(error)")
        }
    }()
}
