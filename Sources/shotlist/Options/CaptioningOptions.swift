import ArgumentParser
import ShotlistCore
import ShotlistModels
import ShotlistPipeline

/// What the model is asked and how it is run.
struct CaptioningOptions: ParsableArguments {
    @Flag(help: "Caption every window.")
    var generateCaptions = false

    @Option(help: "The folder that holds models.")
    var modelDir = "./models"

    @Option(
        name: .customLong("model-url"),
        help: """
            Where models that are missing come from: the address of a mirror of the hub, or a folder that holds a cache of \
            Hugging Face's tools, such as one that all machines share.
            """)
    var modelURL: String?

    @Option(help: "The built-in prompt: \(PromptVariant.allCases.map(\.rawValue).joined(separator: ", ")).")
    var captioningPromptVariant = PromptVariant.default.rawValue

    @Option(help: "Your own prompt; it wins over the built-in one.")
    var captioningPromptText: String?

    @Option(
        name: .customLong("captioning-preprocess-dtype"),
        help: "The type in which pixels are read: \(PreprocessDType.allCases.map(\.rawValue).joined(separator: ", ")).")
    var captioningPreprocessDType = PreprocessDType.float16.rawValue

    @Flag(help: "Leave resizing to the engine.")
    var captioningModelDoesPreprocess = false

    @Option(parsing: .unconditional, help: "Windows that the engine answers at once.")
    var captioningBatchSize = 8

    @Option(parsing: .unconditional, help: "The most tokens of a caption.")
    var captioningMaxOutputTokens = 512

    @Option(help: "How the model's weights are kept: auto (the best that fits memory), bf16, f16, q8_0, q4_k_m.")
    var captioningWeights = "auto"

    @Flag(name: .customLong("captioning-use-fp8-weights"), help: "8-bit weights; q8_0 here.")
    var captioningUseFP8Weights = false

    @Option(help: "A text model (GGUF) of the variant's architecture to use in place of its own.")
    var captioningModelPath: String?

    @Option(help: "The projector (mmproj GGUF) of --captioning-model-path.")
    var captioningProjectorPath: String?

    @Option(parsing: .unconditional, help: "Layers to put on the GPU; -1 for all.")
    var gpuLayers = -1

    @Option(help: "The device to run on, as `shotlist doctor` names it.")
    var device: String?

    /// What is asked of every window.
    func prompt() throws(ShotlistError) -> Prompt {
        guard let variant = PromptVariant(rawValue: captioningPromptVariant) else {
            throw ShotlistError(
                .invalidArgument, "There is no built-in prompt '\(captioningPromptVariant)'.",
                remedy: "Use one of: \(PromptVariant.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return try Prompt(variant: variant, text: captioningPromptText)
    }

    /// How the model's weights are asked for.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for an unknown word, and for what contradicts another flag.
    func weights() throws(ShotlistError) -> WeightRequest {
        let request = try WeightRequest(captioningWeights)
        if captioningModelPath != nil, request != .auto || captioningUseFP8Weights {
            throw ShotlistError(
                .invalidArgument, "A model given by path is used as it is, and weights are asked for as well.",
                remedy: "Leave out --captioning-model-path, or --captioning-weights and --captioning-use-fp8-weights.")
        }
        guard captioningUseFP8Weights else { return request }
        guard request == .auto || request == .exactly(.q8_0) else {
            throw ShotlistError(
                .invalidArgument,
                "--captioning-use-fp8-weights asks for 8 bits and --captioning-weights for \(captioningWeights).",
                remedy: "Leave one of the two out.")
        }
        return request == .auto ? .eightBits : request
    }

    /// The type in which pixels are read.
    func dtype() throws(ShotlistError) -> PreprocessDType {
        guard let dtype = PreprocessDType(rawValue: captioningPreprocessDType) else {
            throw ShotlistError(
                .invalidArgument, "There is no pixel type '\(captioningPreprocessDType)'.",
                remedy: "Use one of: \(PreprocessDType.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return dtype
    }
}
