import ShotlistCore
import ShotlistEngines

/// What is asked of each window beside its first question, and how answers that are not worth keeping are met.
public struct CaptionPasses: Sendable, Hashable {
    /// The second pass, which refines the caption of the first; nil for one pass.
    public let stage2: Stage2Prompt?
    /// Further questions, in the order in which they are asked.
    public let namedPrompts: [NamedPrompt]
    /// The run's seed, from which each answer's is made (``CaptionSeed``).
    public let seed: Int
    /// How often a question is asked again whose answer is empty, cut off, repeating or a refusal.
    public let retryFlagged: Int

    /// One pass with one question, asked once.
    public static let one = CaptionPasses(stage2: nil, namedPrompts: [], seed: 0, retryFlagged: 0)

    private init(stage2: Stage2Prompt?, namedPrompts: [NamedPrompt], seed: Int, retryFlagged: Int) {
        self.stage2 = stage2
        self.namedPrompts = namedPrompts
        self.seed = seed
        self.retryFlagged = retryFlagged
    }

    /// Makes a plan of questions.
    ///
    /// - Parameters:
    ///   - generateStage2Caption: shows the window a second time with the first caption, to refine it.
    ///   - stage2PromptText: the user's own words for that; the first caption follows them.
    ///   - namedPrompts: further questions, each with a name of its own.
    ///   - seed: 0 or more. The same seed gives the same captions as far as the engine repeats itself.
    ///   - retryFlagged: 0 to 100.
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a blank text, a text for a second pass that is not asked
    ///   for, two prompts of one name, and a number out of range.
    public init(
        generateStage2Caption: Bool = false, stage2PromptText: String? = nil, namedPrompts: [NamedPrompt] = [],
        seed: Int = 0, retryFlagged: Int = 0
    ) throws(ShotlistError) {
        guard generateStage2Caption || stage2PromptText == nil else {
            throw ShotlistError(
                .invalidArgument, "There is a prompt text for a second pass, and no second pass is asked for.",
                remedy: "Ask for the second pass, or leave its text out.")
        }
        var names: Set<String> = []
        for prompt in namedPrompts where !names.insert(prompt.name).inserted {
            throw ShotlistError(
                .invalidArgument, "There are two prompts of the name '\(prompt.name)'.",
                remedy: "Give each prompt a name of its own.")
        }
        guard seed >= 0 else {
            throw ShotlistError(
                .invalidArgument, "The captioning seed is \(seed).",
                remedy: "Give 0 or more; the same seed gives the same captions.")
        }
        guard (0...100).contains(retryFlagged) else {
            throw ShotlistError(
                .invalidArgument, "A flagged caption cannot be asked for \(retryFlagged) more times.",
                remedy: "Give 0 to 100.")
        }
        self.init(
            stage2: generateStage2Caption ? try Stage2Prompt(text: stage2PromptText) : nil,
            namedPrompts: namedPrompts, seed: seed, retryFlagged: retryFlagged)
    }

    /// What may be asked after the first question, when captions have at most so many tokens.
    func furtherQuestions(maxOutputTokens: Int) -> [FurtherQuestion] {
        let second = stage2.map { FurtherQuestion(text: $0.text, furtherTokens: maxOutputTokens) }
        return namedPrompts.map { FurtherQuestion(text: $0.prompt.text) } + [second].compactMap(\.self)
    }

    /// Whether more than one question about a window may come.
    var asksAgain: Bool { stage2 != nil || !namedPrompts.isEmpty || retryFlagged > 0 }
}
