import ShotlistCore

/// All that is known of a model before its files are there: a row of the registry, or a user's own YAML file.
public struct ModelSpec: Sendable, Hashable {
    /// What a model is for.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Captions windows of frames.
        case vision
        /// Rewrites captions.
        case text
    }

    /// The name users give it; captions are kept under it.
    public var name: String
    /// Other names of it.
    public var aliases: [String] = []
    /// What it is for.
    public var kind: Kind
    /// Which engine code runs it and lays out its prompts.
    public var architecture: Architecture
    /// Where its files come from.
    public var source: ModelSource
    /// How the checkpoint keeps the text model's weights.
    public var stored: StoredWeights = .bf16
    /// Files of the same model that someone has already converted to GGUF, taken instead of converting.
    public var published: PublishedGGUF?
    /// The size at which it is shown frames; nil for a text model.
    public var frameSizing: FrameSizing?
    /// How it picks tokens.
    public var sampling: SamplingParameters
    /// The licence of its weights, by its SPDX name or its maker's.
    public var licence: String
    /// Numbers in the weights of the text model and of the vision tower (0 for a text model).
    public var parameters: Parameters

    /// Numbers in the weights.
    public struct Parameters: Sendable, Hashable, Codable {
        /// Of the text model.
        public var text: Int
        /// Of the vision tower; 0 for a text model.
        public var vision: Int

        /// Makes counts.
        public init(text: Int, vision: Int = 0) {
            self.text = text
            self.vision = vision
        }
    }

    /// Makes a row.
    public init(
        name: String, aliases: [String] = [], kind: Kind, architecture: Architecture, source: ModelSource,
        stored: StoredWeights = .bf16, published: PublishedGGUF? = nil, frameSizing: FrameSizing? = nil,
        sampling: SamplingParameters,
        licence: String, parameters: Parameters
    ) {
        self.name = name
        self.aliases = aliases
        self.kind = kind
        self.architecture = architecture
        self.source = source
        self.stored = stored
        self.published = published
        self.frameSizing = frameSizing
        self.sampling = sampling
        self.licence = licence
        self.parameters = parameters
    }

    /// What the stages are told of a vision model; nil for a text model.
    public var variant: ModelVariant? {
        guard kind == .vision, let frameSizing else { return nil }
        return ModelVariant(name: name, frameSizing: frameSizing, sampling: sampling)
    }
}

/// A family of models that are laid out and run alike.
public enum Architecture: String, Sendable, Hashable, Codable, CaseIterable {
    /// Qwen2.5-VL: one span of frame pairs, M-RoPE with times.
    case qwen25VL = "qwen2.5-vl"
    /// Qwen3-VL: frame pairs with time stamps in words, interleaved M-RoPE, deepstack.
    case qwen3VL = "qwen3-vl"
    /// Nemotron Nano v2 VL: a hybrid of Mamba and attention, tiles of 512 pixels.
    case nemotronVL = "nemotron-nano-v2-vl"
    /// Qwen2.5 text models.
    case qwen25 = "qwen2.5"
    /// Qwen3 text models.
    case qwen3 = "qwen3"
    /// SmolLM2: Llama with ChatML.
    case smolLM2 = "smollm2"
}
