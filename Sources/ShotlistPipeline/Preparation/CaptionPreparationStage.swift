import ShotlistCore
import ShotlistModels

/// Cuts clips into windows and makes of each what the model is shown.
///
/// The parameters and their defaults are those of NeMo Curator's stage of this name. Frames are decoded once, for
/// the model and for the preview together.
public struct CaptionPreparationStage: Stage {
    public let name = "caption_preparation"
    /// The model to prepare for; the generation stage must name the same.
    public let modelVariant: ModelVariant
    /// What the model is asked.
    public let prompt: Prompt
    /// Which frames it is shown.
    public let sampling: SamplingPlan
    /// How clips are cut into windows.
    public let windowPlan: WindowPlan
    /// Leaves resizing to the engine: frames are handed on at the source's size.
    public let modelDoesPreprocess: Bool
    /// The type in which a stage that follows reads pixels.
    public let preprocessDType: PreprocessDType
    /// Keeps what a preview stage needs: frames of the decode pass, and each window's mp4 bytes on request.
    public let generatePreviews: Bool
    /// Logs what each clip is cut into.
    public let verbose: Bool

    /// Makes a stage from names and numbers.
    ///
    /// - Parameters:
    ///   - modelVariant: a variant's name or alias, such as `qwen`.
    ///   - promptVariant: the built-in prompt, when `promptText` is nil.
    ///   - promptText: the user's own prompt.
    ///   - samplingFPS: frames shown for each second of video, above 0.
    ///   - windowSize: source frames of a window, at least 4.
    ///   - remainderThreshold: the smallest remainder that is a window of its own, at least 0.
    ///   - modelDoesPreprocess: leaves resizing to the engine.
    ///   - preprocessDType: the type in which a stage that follows reads pixels.
    ///   - generatePreviews: keeps what a preview stage needs.
    ///   - verbose: logs what each clip is cut into.
    /// - Throws: ``ShotlistError`` for an unknown variant or a number out of range.
    public init(
        modelVariant: String = "qwen", promptVariant: PromptVariant = .default, promptText: String? = nil,
        samplingFPS: Double = 2.0, windowSize: Int = 256, remainderThreshold: Int = 128,
        modelDoesPreprocess: Bool = false, preprocessDType: PreprocessDType = .float32,
        generatePreviews: Bool = true, verbose: Bool = false
    ) throws(ShotlistError) {
        try self.init(
            variant: ModelRegistry.standard.variant(modelVariant),
            prompt: Prompt(variant: promptVariant, text: promptText),
            sampling: SamplingPlan(samplingFPS: samplingFPS),
            windowPlan: WindowPlan(windowSize: windowSize, remainderThreshold: remainderThreshold),
            modelDoesPreprocess: modelDoesPreprocess, preprocessDType: preprocessDType,
            generatePreviews: generatePreviews, verbose: verbose)
    }

    /// Makes a stage for a variant of your own.
    public init(
        variant: ModelVariant, prompt: Prompt, sampling: SamplingPlan, windowPlan: WindowPlan,
        modelDoesPreprocess: Bool = false, preprocessDType: PreprocessDType = .float32,
        generatePreviews: Bool = true, verbose: Bool = false
    ) {
        self.modelVariant = variant
        self.prompt = prompt
        self.sampling = sampling
        self.windowPlan = windowPlan
        self.modelDoesPreprocess = modelDoesPreprocess
        self.preprocessDType = preprocessDType
        self.generatePreviews = generatePreviews
        self.verbose = verbose
    }
}
