import ArgumentParser
import ShotlistCore

/// Flags of NeMo Curator's script for what this release cannot do. They are known, so that a command taken over from
/// there ends with a sentence that says what is missing, not with a guess at a spelling.
struct PlannedOptions: ParsableArguments {
    @Flag(help: .hidden) var enhanceCaptions = false
    @Option(help: .hidden) var enhanceCaptionsAlgorithm: String?
    @Option(help: .hidden) var enhanceCaptionsBatchSize: Int?
    @Option(help: .hidden) var enhanceCaptionsMaxOutputTokens: Int?
    @Option(help: .hidden) var enhanceCaptionsPromptText: String?
    @Option(help: .hidden) var enhanceCaptioningPromptVariant: String?
    @Option(help: .hidden) var enhancedCaptionModels: String?
    @Flag(name: .customLong("enhance-captions-use-fp8-weights"), help: .hidden)
    var enhanceCaptionsUseFP8Weights = false

    /// Refuses what was asked for and cannot be done.
    func check() throws(ShotlistError) {
        let asked: [(Bool, String, String)] = [
            (enhanceCaptions, "--enhance-captions", "caption enhancement"),
            (enhanceCaptionsAlgorithm != nil, "--enhance-captions-algorithm", "caption enhancement"),
            (enhanceCaptionsBatchSize != nil, "--enhance-captions-batch-size", "caption enhancement"),
            (enhanceCaptionsMaxOutputTokens != nil, "--enhance-captions-max-output-tokens", "caption enhancement"),
            (enhanceCaptionsPromptText != nil, "--enhance-captions-prompt-text", "caption enhancement"),
            (enhanceCaptioningPromptVariant != nil, "--enhance-captioning-prompt-variant", "caption enhancement"),
            (enhancedCaptionModels != nil, "--enhanced-caption-models", "caption enhancement"),
            (enhanceCaptionsUseFP8Weights, "--enhance-captions-use-fp8-weights", "caption enhancement"),
        ]
        for (isAsked, flag, what) in asked where isAsked {
            throw ShotlistError(
                .notAvailable, "\(flag) asks for \(what), which is not part of this release.",
                remedy: "Leave the flag out.")
        }
    }
}
