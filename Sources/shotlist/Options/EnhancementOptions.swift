import ArgumentParser
import ShotlistCore
import ShotlistEngines
import ShotlistModels
import ShotlistPipeline

/// Whether captions are rewritten by a text model, and by which.
struct EnhancementOptions: ParsableArguments {
    @Flag(help: "Let a text model rewrite every caption with more colour and detail.")
    var enhanceCaptions = false

    @Option(help: "The text model: \(ModelRegistry.standard.names(.text).joined(separator: ", ")).")
    var enhanceCaptionsAlgorithm = "qwen_lm"

    @Option(
        help: "The built-in prompt: \(EnhancementPromptVariant.allCases.map(\.rawValue).joined(separator: ", ")).")
    var enhanceCaptioningPromptVariant = EnhancementPromptVariant.default.rawValue

    @Option(help: "Your own prompt; it wins over the built-in one.")
    var enhanceCaptionsPromptText: String?

    @Option(parsing: .unconditional, help: "Captions that may be with the engine at once.")
    var enhanceCaptionsBatchSize = 128

    @Option(parsing: .unconditional, help: "The most tokens of an enhanced caption.")
    var enhanceCaptionsMaxOutputTokens = 512

    @Option(help: "How the model's weights are kept: auto (the best that fits memory), bf16, f16, q8_0, q4_k_m.")
    var enhanceCaptionsWeights = "auto"

    @Flag(name: .customLong("enhance-captions-use-fp8-weights"), help: "8-bit weights; q8_0 here.")
    var enhanceCaptionsUseFP8Weights = false

    @Option(help: "A text model (GGUF) of the same family to use in place of the named one.")
    var enhanceCaptionsModelPath: String?

    @Option(help: "Where the text model runs: auto, beside the one that captions, or after it in rounds.")
    var enhanceCaptionsPlacement = EnhancementPlacement.automatic.rawValue

    @Option(help: .hidden) var enhancedCaptionModels: String?

    /// Refuses enhancement of captions that nobody makes.
    func check(captions: Bool) throws(ShotlistError) {
        guard enhanceCaptions, !captions else { return }
        throw ShotlistError(
            .invalidArgument, "--enhance-captions asks to rewrite captions, and none are made.",
            remedy: "Give --generate-captions, too.")
    }

    /// The text model.
    ///
    /// - Throws: ``ShotlistError`` (`unknown_variant`), or `invalid_argument` when `--enhanced-caption-models` names
    ///   another.
    func model(in registry: ModelRegistry) throws(ShotlistError) -> ModelSpec {
        let model = try registry.model(enhanceCaptionsAlgorithm, kind: .text)
        if let asked = enhancedCaptionModels, !([model.name] + model.aliases).contains(asked) {
            throw ShotlistError(
                .invalidArgument,
                "--enhanced-caption-models asks to write captions of '\(asked)', and they are those of '\(model.name)'.",
                remedy: "Leave the flag out: enhanced captions are written under the name of the model that made them.")
        }
        return model
    }

    /// How the model's weights are asked for.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for an unknown word, and for what contradicts another flag.
    func weights() throws(ShotlistError) -> WeightRequest {
        let request = try WeightRequest(enhanceCaptionsWeights)
        if enhanceCaptionsModelPath != nil, request != .auto || enhanceCaptionsUseFP8Weights {
            throw ShotlistError(
                .invalidArgument, "A text model given by path is used as it is, and weights are asked for as well.",
                remedy: "Leave out --enhance-captions-model-path, or --enhance-captions-weights and "
                    + "--enhance-captions-use-fp8-weights.")
        }
        guard enhanceCaptionsUseFP8Weights else { return request }
        guard request == .auto || request == .exactly(.q8_0) else {
            throw ShotlistError(
                .invalidArgument,
                "--enhance-captions-use-fp8-weights asks for 8 bits and --enhance-captions-weights for "
                    + "\(enhanceCaptionsWeights).",
                remedy: "Leave one of the two out.")
        }
        return request == .auto ? .eightBits : request
    }

    /// The stage that rewrites captions.
    ///
    /// - Parameter isEndless: whether nobody knows when the last caption comes, so that models cannot take turns: a round would
    ///   wait for captions that are not there.
    func stage(
        _ model: EnhancementModel, modelDir: String, seed: Int, verbose: Bool, isEndless: Bool
    ) throws(ShotlistError) -> CaptionEnhancementStage {
        var placement = try placement()
        if isEndless {
            guard placement != .afterCaptions else {
                throw ShotlistError(
                    .invalidArgument, "A worker cannot let models take turns (--enhance-captions-placement).",
                    remedy: "Leave it out, or run with --shard.")
            }
            placement = .sideBySide
        }
        return try CaptionEnhancementStage(
            modelDir: modelDir, model: model.spec, prompt: try prompt(), modelBatchSize: enhanceCaptionsBatchSize,
            fp8: enhanceCaptionsUseFP8Weights, maxOutputTokens: enhanceCaptionsMaxOutputTokens, verbose: verbose,
            seed: seed, placement: placement, prepare: { _ = try await model.files(for: $0) },
            identify: { try await model.identity(for: $0) }, engine: { try await model.load(for: $0) })
    }

    /// The stage that has servers rewrite captions.
    ///
    /// - Parameter inFlight: captions that are with them at once.
    func stage(
        on engine: @escaping TextEngineFactory, inFlight: Int, model: ModelSpec, modelDir: String, seed: Int,
        verbose: Bool
    ) throws(ShotlistError) -> CaptionEnhancementStage {
        guard enhanceCaptionsModelPath == nil else {
            throw ShotlistError(
                .invalidArgument, "--enhance-captions-model-path names a file, and servers run the text model.",
                remedy: "Leave one of the two out.")
        }
        return try CaptionEnhancementStage(
            modelDir: modelDir, model: model, prompt: try prompt(), modelBatchSize: inFlight,
            fp8: enhanceCaptionsUseFP8Weights, maxOutputTokens: enhanceCaptionsMaxOutputTokens, verbose: verbose,
            seed: seed, placement: .sideBySide, engine: engine)
    }

    private func prompt() throws(ShotlistError) -> EnhancementPrompt {
        guard let variant = EnhancementPromptVariant(rawValue: enhanceCaptioningPromptVariant) else {
            throw ShotlistError(
                .invalidArgument, "There is no built-in enhancement prompt '\(enhanceCaptioningPromptVariant)'.",
                remedy: "Use one of: \(EnhancementPromptVariant.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return try EnhancementPrompt(variant: variant, text: enhanceCaptionsPromptText)
    }

    private func placement() throws(ShotlistError) -> EnhancementPlacement {
        guard let placement = EnhancementPlacement(rawValue: enhanceCaptionsPlacement) else {
            throw ShotlistError(
                .invalidArgument, "There is no placement '\(enhanceCaptionsPlacement)'.",
                remedy: "Use one of: \(EnhancementPlacement.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return placement
    }
}
