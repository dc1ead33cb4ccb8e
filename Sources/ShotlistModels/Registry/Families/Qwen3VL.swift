import ShotlistCore

extension ModelRegistry {
    /// Qwen3-VL.
    static let qwen3VL = [
        ModelSpec(
            name: "qwen3", kind: .vision, architecture: .qwen3VL,
            source: .hub(
                HubRepository("Qwen", "Qwen3-VL-8B-Instruct", revision: "0c351dd"), files: checkpointFiles),
            frameSizing: .smart(.qwen3VL), sampling: .qwen, licence: "Apache-2.0",
            parameters: .init(text: 8_190_735_360, vision: 576_388_336))
    ]
}
