import ShotlistCore
import ShotlistEngines

/// What the embedded engine loads and how it runs.
public struct LlamaOptions: Sendable, Hashable {
    /// The text model, a GGUF file of a family that the engine knows.
    public var modelPath: String
    /// The projector (vision tower) that belongs to it, a GGUF file of the type that its family needs.
    public var projectorPath: String
    /// The name for the record; the text model's file name when nil.
    public var modelID: String?
    /// The revision for the record; a hash of both files when nil.
    public var modelRevision: String?
    /// How the weights are kept, for the record; nil when that is not known.
    public var modelPrecision: String?
    /// CPU threads, at least 1; when nil, one for each core, or one alone for a small model, which is faster so.
    public var threads: Int?
    /// Layers of the text model on the GPU: 0 none, nil all that there are.
    public var gpuLayers: Int?
    /// The device to use, by a name that ``LlamaSystemInfo`` lists; nil lets llama.cpp choose.
    public var device: String?
    /// The rule by which frames will be sized; when given, a model that cannot be shown such frames is refused before it is
    /// loaded.
    public var frameSizing: FrameSizing?
    /// Whether llama.cpp may use flash attention. It is faster and needs less memory, and on the CPU it adds up values in 16
    /// bits, in an order that depends on what else is in a run; without it sums have 32 bits. When nil, all but small models
    /// (of fewer than 50 million parameters) use it.
    public var usesFlashAttention: Bool?
    /// Windows that are answered at once, at least 1; more than 256 count as 256, which is llama.cpp's limit. Memory may
    /// allow fewer, which is said.
    public var batchSize: Int
    /// The most bytes of encoded frames that are kept for frames with the same pixels; 0 keeps none.
    public var frameCacheBytes: Int
    /// Whether a prompt is read in pieces that share runs of the model with the answers on their way. Without it answers
    /// wait while a prompt is read.
    public var chunkedPrefill = true
    /// The most tokens of prompt and answer together; nil, or more than the model knows, is the model's own limit.
    public var contextLimit: Int?
    /// What may be asked of a window after its first question. Room for the longest is planned with the first, so that a
    /// window that has a seat finds it.
    public var furtherQuestions: [FurtherQuestion] = []

    /// Makes options; all but the two files have defaults.
    public init(
        modelPath: String, projectorPath: String, modelID: String? = nil, modelRevision: String? = nil,
        modelPrecision: String? = nil, threads: Int? = nil, gpuLayers: Int? = nil, device: String? = nil,
        frameSizing: FrameSizing? = nil, contextLimit: Int? = nil, batchSize: Int = 1, frameCacheBytes: Int = 0
    ) {
        self.modelPath = modelPath
        self.projectorPath = projectorPath
        self.modelID = modelID
        self.modelRevision = modelRevision
        self.modelPrecision = modelPrecision
        self.threads = threads
        self.gpuLayers = gpuLayers
        self.device = device
        self.frameSizing = frameSizing
        self.contextLimit = contextLimit
        self.batchSize = batchSize
        self.frameCacheBytes = frameCacheBytes
    }
}

extension LlamaOptions: ModelOptions {
    var files: [String] { [modelPath, projectorPath] }
}
