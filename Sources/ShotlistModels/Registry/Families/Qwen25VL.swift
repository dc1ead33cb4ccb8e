import ShotlistCore

extension ModelRegistry {
    /// Qwen2.5-VL.
    static let qwen25VL = [
        ModelSpec(
            name: "qwen", aliases: ["qwen2.5"], kind: .vision, architecture: .qwen25VL,
            source: .hub(
                HubRepository("Qwen", "Qwen2.5-VL-7B-Instruct", revision: "cc59489"), files: checkpointFiles),
            published: PublishedGGUF(
                repository: HubRepository("ggml-org", "Qwen2.5-VL-7B-Instruct-GGUF", revision: "main"),
                text: [
                    .f16: "Qwen2.5-VL-7B-Instruct-f16.gguf", .q8_0: "Qwen2.5-VL-7B-Instruct-Q8_0.gguf",
                    .q4KM: "Qwen2.5-VL-7B-Instruct-Q4_K_M.gguf",
                ],
                projector: "mmproj-Qwen2.5-VL-7B-Instruct-f16.gguf"),
            frameSizing: .smart(.qwen25VL), sampling: .qwen, licence: "Apache-2.0",
            parameters: .init(text: 7_615_616_512, vision: 676_550_144))
    ]
}
