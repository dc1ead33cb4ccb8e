import ShotlistCore
import ShotlistModels
import Testing

@Suite("The registry of models")
struct RegistryTests {
    private let registry = ModelRegistry.standard

    @Test("every variant of the mission is there, by its names and at its revision")
    func rows() throws {
        let expected: [(name: String, kind: ModelSpec.Kind, repository: String)] = [
            ("qwen", .vision, "Qwen/Qwen2.5-VL-7B-Instruct at cc59489"),
            ("qwen2.5", .vision, "Qwen/Qwen2.5-VL-7B-Instruct at cc59489"),
            ("qwen3", .vision, "Qwen/Qwen3-VL-8B-Instruct at 0c351dd"),
            (
                "nemotron", .vision,
                "nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16 at 5d250e2e111dc5e1434131bdf3d590c27a878ade"
            ),
            (
                "nemotron-bf16", .vision,
                "nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16 at 5d250e2e111dc5e1434131bdf3d590c27a878ade"
            ),
            (
                "nemotron-fp8", .vision,
                "nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-FP8 at 7394488badb786e1decc0e00e308de1cab9560e6"
            ),
            (
                "nemotron-nvfp4", .vision,
                "nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-NVFP4-QAD at b8d3c170d9ee3a078917ef9bfd508eff988d6de7"
            ),
            ("qwen_lm", .text, "Qwen/Qwen2.5-14B-Instruct at cf98f3b"),
            ("qwen", .text, "Qwen/Qwen2.5-14B-Instruct at cf98f3b"),
            ("qwen2.5", .text, "Qwen/Qwen2.5-14B-Instruct at cf98f3b"),
            ("qwen3", .text, "Qwen/Qwen3-14B at f8c293d"),
        ]
        for row in expected {
            guard case .hub(let repository, let files) = try registry.model(row.name, kind: row.kind).source else {
                Issue.record("\(row.name) does not come from the hub")
                continue
            }
            #expect(repository.description == row.repository)
            #expect(files.contains("*.safetensors"))
        }
        #expect(try registry.model("demo", kind: .vision).source == .shipped)
        #expect(try registry.model("smollm2", kind: .text).architecture == .smolLM2)
    }

    @Test("captions of an alias are kept under the name")
    func aliases() throws {
        #expect(try registry.variant("qwen2.5") == registry.variant("qwen"))
        #expect(try registry.variant("demo").sampling == .greedy)
    }

    @Test(
        "a name that is none is answered with the nearest",
        arguments: [("gwen", "'qwen'"), ("Qwen", "'qwen'"), ("nemotron-fp4", "'nemotron-fp8'"), ("demos", "'demo'")])
    func nearest(name: String, offered: String) throws {
        let error = #expect(throws: ShotlistError.self) { try registry.variant(name) }
        #expect(error?.code == .unknownVariant)
        #expect(error?.remedy.contains("Did you mean \(offered)") == true, "\(error?.remedy ?? "")")
        let far = #expect(throws: ShotlistError.self) { try registry.variant("llava-next") }
        #expect(far?.remedy.hasPrefix("Use one of: qwen, qwen3, nemotron, nemotron-bf16") == true)
    }
}
