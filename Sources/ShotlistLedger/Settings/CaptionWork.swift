import ShotlistCore

/// Everything that shapes a window's captions, beside the frames themselves.
///
/// Which windows there are is not part of it (``PlanWork``): a window is named by its frames, so that one that other
/// settings would cut at the same frames keeps its caption. Nor is anything that changes only how fast it comes.
public struct CaptionWork: Sendable, Hashable, Codable {
    /// The number of Shotlist's own rules. It is raised when the same settings show a model something else than before:
    /// other pixels, frames or layouts of prompts.
    public var rules = 1
    /// The model variant under whose name captions are kept.
    public var variant: String
    /// The model.
    public var model: ModelWork
    /// What is asked.
    public var prompt: String
    /// How tokens are picked.
    public var sampling: SamplingParameters
    /// The most tokens of a caption.
    public var maxOutputTokens: Int
    /// Frames shown for each second of video.
    public var samplingFPS: Double
    /// The rule for the size of frames, with its bounds.
    public var frameSizing: FrameSizing
    /// In which form a server is sent frames, such as `jpeg`; nil where the engine runs in the process.
    public var mediaForm: String?
    /// The words of a second pass, without the first caption; nil for one pass.
    public var secondPass: String?
    /// Further questions, in the order of their names.
    public var namedPrompts: [NamedPromptWork]
    /// The run's seed.
    public var seed: Int
    /// How often a doubtful answer is asked for again.
    public var retries: Int
    /// What a text model makes of the caption; nil where none does.
    public var enhancement: EnhancementWork?
    /// Stages of the user's own that take windows; nil without any.
    public var stages: [StageWork]?

    /// Names what shapes captions. Named prompts may come in any order.
    public init(
        variant: String, model: ModelWork, prompt: String, sampling: SamplingParameters, maxOutputTokens: Int,
        samplingFPS: Double, frameSizing: FrameSizing, mediaForm: String? = nil, secondPass: String? = nil,
        namedPrompts: [NamedPromptWork] = [], seed: Int = 0, retries: Int = 0, enhancement: EnhancementWork? = nil
    ) {
        self.variant = variant
        self.model = model
        self.prompt = prompt
        self.sampling = sampling
        self.maxOutputTokens = maxOutputTokens
        self.samplingFPS = samplingFPS
        self.frameSizing = frameSizing
        self.mediaForm = mediaForm
        self.secondPass = secondPass
        self.namedPrompts = namedPrompts.sorted { $0.name < $1.name }
        self.seed = seed
        self.retries = retries
        self.enhancement = enhancement
    }
}

/// A model as work sees it.
public struct ModelWork: Sendable, Hashable, Codable {
    /// Its name.
    public var id: String
    /// The revision of its files: a commit or a hash.
    public var revision: String
    /// How its weights are kept, such as `q8_0`; nil where nobody knows.
    public var precision: String?

    /// Names a model.
    public init(id: String, revision: String, precision: String? = nil) {
        self.id = id
        self.revision = revision
        self.precision = precision
    }
}

/// Windows that are prepared and not captioned. Nothing shapes what is kept of them but the rules.
public struct PreparedWork: Sendable, Hashable, Codable {
    /// The number of Shotlist's own rules, as of ``CaptionWork``.
    public var prepared = 1
    /// Stages of the user's own that take windows; nil without any.
    public var stages: [StageWork]?

    /// Names windows that are only prepared.
    public init(stages: [StageWork]? = nil) {
        self.stages = stages
    }
}

/// A stage of the user's own, as far as work depends on it.
public struct StageWork: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String
    /// What it says of its own settings. Of a stage that says nothing, a text that no other run has.
    public var key: String

    /// Names a stage.
    public init(name: String, key: String) {
        self.name = name
        self.key = key
    }
}

/// A further question about every window.
public struct NamedPromptWork: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String
    /// What is asked.
    public var text: String

    /// Names a question.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// Everything that shapes an enhanced caption, beside the caption.
public struct EnhancementWork: Sendable, Hashable, Codable {
    /// The text model variant under whose name it is kept.
    public var variant: String
    /// The model.
    public var model: ModelWork
    /// What it is told to do.
    public var prompt: String
    /// How tokens are picked.
    public var sampling: SamplingParameters
    /// The most tokens of its answer.
    public var maxOutputTokens: Int
    /// The seed, where it is not 0.
    public var seed: Int?

    /// Names what shapes an enhanced caption.
    public init(
        variant: String, model: ModelWork, prompt: String, sampling: SamplingParameters, maxOutputTokens: Int
    ) {
        self.variant = variant
        self.model = model
        self.prompt = prompt
        self.sampling = sampling
        self.maxOutputTokens = maxOutputTokens
    }
}
