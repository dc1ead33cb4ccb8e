/// What the model is asked in a second pass: some words, then the caption of the first pass.
public struct Stage2Prompt: Sendable, Hashable {
    /// The words before the caption.
    public let text: String

    /// A prompt in the user's own words, or the built-in one.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when `text` is given but blank.
    public init(text: String? = nil) throws(ShotlistError) {
        if let text, !text.contains(where: { !$0.isWhitespace }) {
            throw ShotlistError(
                .invalidArgument, "The prompt text of the second pass is blank.",
                remedy: "Write how to refine the caption, or leave the option out to use the built-in prompt.")
        }
        self.text = text ?? Self.builtIn
    }

    private static let builtIn = """
        Look at the video again and refine this caption. Correct what is wrong, add what is missing, and keep what is \
        right.

        Caption:\u{20}
        """

    /// The whole prompt for one caption: the words, an empty line unless they end in white space, and the caption as
    /// it is, whatever characters it holds.
    public func prompt(for caption: String) throws(ShotlistError) -> Prompt {
        let endsInSpace = text.last?.isWhitespace ?? true
        return try Prompt(text: text + (endsInSpace ? "" : "\n\n") + caption)
    }

    /// SHA-256 of the words without a caption: the same for every window, so that changed words are seen.
    public var hash: String { ContentHash.sha256(text) }
}
