internal import CLlama

/// What the embedded engine is made of and can use on this machine, for `shotlist doctor`.
public struct LlamaSystemInfo: Sendable, Hashable {
    /// The versions of llama.cpp and of its tensor library.
    public let version: String
    /// Kinds of devices that this build can compute on, such as `CPU` or `CUDA`.
    public let backends: [String]
    /// The devices there are.
    public let devices: [LlamaDevice]
    /// Instruction sets of the processor that the build uses, such as `AVX2`.
    public let cpuFeatures: [String]
    /// Whether layers can be put on a GPU.
    public let canUseGPU: Bool

    /// Looks at the build and the machine.
    public static var current: LlamaSystemInfo {
        let devices = LlamaDevice.all
        let backends = (0..<ggml_backend_reg_count()).compactMap { index in
            ggml_backend_reg_get(index).flatMap(ggml_backend_reg_name).map { String(cString: $0) }
        }
        return LlamaSystemInfo(
            version: "\(String(cString: llama_version())), ggml \(String(cString: ggml_version()))", backends: backends,
            devices: devices, cpuFeatures: features(in: String(cString: llama_print_system_info())),
            canUseGPU: llama_supports_gpu_offload())
    }

    /// llama.cpp writes `CPU : SSE3 = 1 | AVX = 1 | … |`.
    private static func features(in text: String) -> [String] {
        text.split(separator: "|").compactMap { part in
            let words = part.split(whereSeparator: \.isWhitespace)
            guard words.count >= 3, words.suffix(2) == ["=", "1"] else { return nil }
            return String(words[words.count - 3])
        }
    }
}
