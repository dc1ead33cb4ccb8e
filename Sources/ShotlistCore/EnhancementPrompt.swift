/// What a text model is told to do with a caption. It is the system's message; the caption is the user's.
public struct EnhancementPrompt: Sendable, Hashable {
    /// The text of the message.
    public let text: String

    /// A prompt in the user's own words, or a built-in one.
    ///
    /// - Parameters:
    ///   - variant: the built-in prompt to use when `text` is nil.
    ///   - text: the user's own words; they win over `variant`.
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when `text` is given but blank.
    public init(variant: EnhancementPromptVariant = .default, text: String? = nil) throws(ShotlistError) {
        guard let text else {
            self.text = variant.text
            return
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ShotlistError(
                .invalidArgument, "The prompt text of the enhancement is blank.",
                remedy: "Write what to do with a caption, or leave the option out to use a built-in prompt.")
        }
        self.text = text
    }

    /// SHA-256 of the text, written beside every enhanced caption so that a changed prompt is seen.
    public var hash: String { ContentHash.sha256(text) }
}

/// The built-in prompts of enhancement, by the names NeMo Curator gives them.
public enum EnhancementPromptVariant: String, Sendable, Hashable, Codable, CaseIterable {
    /// More colour and detail.
    case `default`
    /// Views of dashboard and surveillance cameras: more detail, and a summary.
    case avSurveillance = "av-surveillance"

    /// The prompt's words.
    public var text: String {
        switch self {
        case .default:
            """
            You rewrite captions of videos. The user sends one caption. Write it anew so that it is more vivid and \
            more detailed: tell colours, textures, positions, movements and the mood as far as the caption gives them, \
            in whole sentences. Keep every fact of the caption. Invent nothing: no people, things, places, words or \
            events that it does not name. Your text is longer than the caption. Answer with the new caption alone.
            """
        case .avSurveillance:
            """
            You rewrite captions of videos from the dashboard camera of a vehicle or from a surveillance camera. The \
            user sends one caption. Write it anew in more detail: what each vehicle, pedestrian and cyclist in it does \
            and in which order, where on the road they are, and what signs, signals, weather and light it tells of. \
            Keep every fact of the caption. Invent nothing that it does not name. End with a summary of what happens \
            in one or two sentences. Your text is longer than the caption. Answer with the new caption and its summary \
            alone.
            """
        }
    }
}
