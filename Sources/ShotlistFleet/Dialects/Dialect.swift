/// How a kind of server wants to be asked, beyond what OpenAI's API says.
public struct Dialect: Sendable, Hashable {
    /// The kinds of servers that are known.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// vLLM.
        case vllm
        /// SGLang.
        case sglang
        /// NVIDIA NIM, which runs vLLM inside.
        case nim
        /// llama.cpp's server.
        case llamaServer = "llama-server"
        /// A server that is known to speak OpenAI's API and no more.
        case plain
    }

    /// Which one it is.
    public let kind: Kind
    /// The forms in which it takes frames, the best first.
    public let media: [MediaForm]
    /// The field for the penalty on tokens that were there before; nil where there is none.
    let penaltyField: String?
    /// The value of `top_k` that takes all tokens; nil where there is no such field.
    let topKOff: Int?
    /// Whether `media_io_kwargs` tells it what the frames are.
    let takesVideoFacts: Bool
    /// Whether a medium may have a `uuid`, by which the server's cache finds it.
    let takesMediaID: Bool
    /// Whether `chat_template_kwargs` reaches the chat template.
    let takesTemplateFacts: Bool
    /// Further fields, each with its JSON.
    let further: [String: String]

    /// What vLLM and SGLang would otherwise take from the model's own `generation_config.json`.
    private static let samplingOff = ["min_p": "0.0", "presence_penalty": "0.0", "frequency_penalty": "0.0"]

    /// vLLM 0.33.0.
    public static let vllm = Dialect(
        kind: .vllm, media: [.frames, .mp4, .file, .images], penaltyField: "repetition_penalty", topKOff: -1,
        takesVideoFacts: true, takesMediaID: true, takesTemplateFacts: true, further: samplingOff)
    /// NIM for vision-language models: vLLM's fields; whether it takes single frames depends on its release.
    public static let nim = Dialect(
        kind: .nim, media: [.frames, .mp4, .images], penaltyField: "repetition_penalty", topKOff: -1,
        takesVideoFacts: true, takesMediaID: false, takesTemplateFacts: true, further: samplingOff)
    /// SGLang, which knows no frames in a `video_url`.
    public static let sglang = Dialect(
        kind: .sglang, media: [.mp4, .file, .images], penaltyField: "repetition_penalty", topKOff: -1,
        takesVideoFacts: false, takesMediaID: false, takesTemplateFacts: true, further: samplingOff)
    /// llama.cpp's server. Its penalty looks at the last 64 tokens unless it is told to look at more; it
    /// has no number for all.
    public static let llamaServer = Dialect(
        kind: .llamaServer, media: [.images, .mp4], penaltyField: "repeat_penalty", topKOff: 0,
        takesVideoFacts: false, takesMediaID: false, takesTemplateFacts: true,
        further: ["repeat_last_n": "65536", "min_p": "0.0"])
    /// OpenAI's API and no more.
    public static let plain = Dialect(
        kind: .plain, media: [.images, .mp4], penaltyField: nil, topKOff: nil,
        takesVideoFacts: false, takesMediaID: false, takesTemplateFacts: false, further: [:])

    /// The dialect of a kind.
    public static func of(_ kind: Kind) -> Dialect {
        switch kind {
        case .vllm: .vllm
        case .sglang: .sglang
        case .nim: .nim
        case .llamaServer: .llamaServer
        case .plain: .plain
        }
    }
}
