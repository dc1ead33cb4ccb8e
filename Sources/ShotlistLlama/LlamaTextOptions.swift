import ShotlistCore
import ShotlistEngines

/// What the embedded text engine loads and how it runs.
public struct LlamaTextOptions: Sendable, Hashable {
    /// The text model, a GGUF file of architecture `qwen2`, `qwen3` or `llama`.
    public var modelPath: String
    /// The name for the record; the file's name when nil.
    public var modelID: String?
    /// The revision for the record; a hash of the file when nil.
    public var modelRevision: String?
    /// How the weights are kept, for the record; nil when that is not known.
    public var modelPrecision: String?
    /// CPU threads, at least 1; when nil, one for each core, or one alone for a small model, which is faster so.
    public var threads: Int?
    /// Layers on the GPU: 0 none, nil all that there are.
    public var gpuLayers: Int?
    /// The device to use, by a name that ``LlamaSystemInfo`` lists; nil lets llama.cpp choose.
    public var device: String?
    /// Requests that are answered at once, at least 1; more than 256 count as 256, which is llama.cpp's limit. Memory may
    /// allow fewer, which is said.
    public var batchSize: Int
    /// The most tokens of prompt and answer together; nil, or more than the model knows, is the model's own limit.
    public var contextLimit: Int?

    /// Makes options; all but the file have defaults.
    public init(
        modelPath: String, modelID: String? = nil, modelRevision: String? = nil,
        modelPrecision: String? = nil, threads: Int? = nil, gpuLayers: Int? = nil, device: String? = nil,
        contextLimit: Int? = nil, batchSize: Int = 1
    ) {
        self.modelPath = modelPath
        self.modelID = modelID
        self.modelRevision = modelRevision
        self.modelPrecision = modelPrecision
        self.threads = threads
        self.gpuLayers = gpuLayers
        self.device = device
        self.contextLimit = contextLimit
        self.batchSize = batchSize
    }
}

extension LlamaTextOptions: ModelOptions {
    var files: [String] { [modelPath] }
}

extension LlamaTextOptions {
    /// Who will answer when the model is loaded, as the record names it. Without a revision it reads from the file, and so
    /// blocks.
    ///
    /// - Throws: ``ShotlistError`` (`model_invalid`) for a file that cannot be read.
    public func engineIdentity() throws(ShotlistError) -> EngineIdentity { try identity() }
}
