import ShotlistCore

extension ModelRegistry {
    /// Nemotron Nano 12B v2 VL, in the three types it is published in. NeMo Curator has two names for the first, and
    /// captions are kept under the one that was used.
    static let nemotronVL = [
        nemotron(
            "nemotron", repository: "NVIDIA-Nemotron-Nano-12B-v2-VL-BF16",
            revision: "5d250e2e111dc5e1434131bdf3d590c27a878ade"),
        nemotron(
            "nemotron-bf16", repository: "NVIDIA-Nemotron-Nano-12B-v2-VL-BF16",
            revision: "5d250e2e111dc5e1434131bdf3d590c27a878ade"),
        nemotron(
            "nemotron-fp8", repository: "NVIDIA-Nemotron-Nano-12B-v2-VL-FP8",
            revision: "7394488badb786e1decc0e00e308de1cab9560e6", stored: .fp8),
        nemotron(
            "nemotron-nvfp4", repository: "NVIDIA-Nemotron-Nano-12B-v2-VL-NVFP4-QAD",
            revision: "b8d3c170d9ee3a078917ef9bfd508eff988d6de7", stored: .nvfp4),
    ]

    private static func nemotron(
        _ name: String, repository: String, revision: String, stored: StoredWeights = .bf16
    ) -> ModelSpec {
        ModelSpec(
            name: name, kind: .vision, architecture: .nemotronVL,
            source: .hub(
                HubRepository("nvidia", repository, revision: revision), files: checkpointFiles + ["*.py"]),
            stored: stored,
            frameSizing: .stretched(PixelSize(width: 512, height: 512)), sampling: .nemotron,
            licence: "NVIDIA Open Model License", parameters: .init(text: 12_310_001_152, vision: 693_000_000))
    }
}
