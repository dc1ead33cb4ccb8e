import ArgumentParser
import ShotlistCore
import ShotlistPipeline

/// What is asked of every window beside its first question, and how answers are drawn.
struct CaptionPassOptions: ParsableArguments {
    @Flag(
        name: .customLong("captioning-stage2-caption"),
        help: "Show each window a second time with its caption, to refine it.")
    var captioningStage2Caption = false

    @Option(
        name: .customLong("captioning-stage2-prompt-text"),
        help: "Your own prompt of the second pass; the first caption follows it.")
    var captioningStage2PromptText: String?

    @Option(
        name: .customLong("captioning-prompt"),
        help: ArgumentHelp(
            "A further prompt with a name; its caption is kept beside the main one. Any number of times.",
            valueName: "name=text"))
    var captioningPrompts: [String] = []

    @Option(parsing: .unconditional, help: "The seed of captions; the same gives the same.")
    var captioningSeed = 0

    @Option(
        parsing: .unconditional,
        help: "Ask again up to so many times for a caption that is empty, cut off, repeating or a refusal.")
    var captioningRetryFlagged = 0

    @Flag(
        name: [.customLong("captioning-use-mmcache"), .customLong("captioning-use-vllm-mmcache")],
        help: "Encode frames with the same pixels once.")
    var captioningUseMMCache = false

    /// The questions.
    ///
    /// - Parameter generateCaptions: whether captions are asked for at all.
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func passes(generateCaptions: Bool) throws(ShotlistError) -> CaptionPasses {
        if !generateCaptions, let flag = askedInVain {
            throw ShotlistError(
                .invalidArgument, "\(flag) asks about captions, and no captions are asked for.",
                remedy: "Add --generate-captions, or leave \(flag) out.")
        }
        guard captioningStage2Caption || captioningStage2PromptText == nil else {
            throw ShotlistError(
                .invalidArgument,
                "--captioning-stage2-prompt-text is the prompt of a second pass, and none is asked for.",
                remedy: "Add --captioning-stage2-caption, or leave the text out.")
        }
        var prompts: [NamedPrompt] = []
        for text in captioningPrompts { prompts.append(try named(text)) }
        return try CaptionPasses(
            generateStage2Caption: captioningStage2Caption, stage2PromptText: captioningStage2PromptText,
            namedPrompts: prompts, seed: captioningSeed, retryFlagged: captioningRetryFlagged)
    }

    /// A flag whose captions nobody would make.
    private var askedInVain: String? {
        if captioningStage2Caption { return "--captioning-stage2-caption" }
        if captioningStage2PromptText != nil { return "--captioning-stage2-prompt-text" }
        if !captioningPrompts.isEmpty { return "--captioning-prompt" }
        if captioningRetryFlagged > 0 { return "--captioning-retry-flagged" }
        return nil
    }

    private func named(_ text: String) throws(ShotlistError) -> NamedPrompt {
        guard let split = text.firstIndex(of: "=") else {
            throw ShotlistError(
                .invalidArgument, "--captioning-prompt takes a name and a text, and '\(text)' has no '='.",
                remedy: "Write it as NAME=TEXT, such as people='Who can be seen?'.")
        }
        return try NamedPrompt(name: String(text[..<split]), text: String(text[text.index(after: split)...]))
    }
}
