/// What the model is asked about a window.
public struct Prompt: Sendable, Hashable {
    /// The text that is put after the video.
    public let text: String

    /// A prompt in the user's own words, or a built-in one.
    ///
    /// - Parameters:
    ///   - variant: the built-in prompt to use when `text` is nil.
    ///   - text: the user's own words; they win over `variant`.
    /// - Throws: ``ShotlistError`` (`invalid_argument`) when `text` is given but blank.
    public init(variant: PromptVariant = .default, text: String? = nil) throws(ShotlistError) {
        guard let text else {
            self.text = variant.text
            return
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ShotlistError(
                .invalidArgument, "The prompt text is blank.",
                remedy: "Write what to ask, or leave the option out to use a built-in prompt.")
        }
        self.text = text
    }

    /// SHA-256 of the text, written beside every caption so that a changed prompt is seen.
    public var hash: String { ContentHash.sha256(text) }
}

/// The built-in prompts, by the names NeMo Curator gives them.
public enum PromptVariant: String, Sendable, Hashable, Codable, CaseIterable {
    /// What is seen and told, in detail.
    case `default`
    /// The view from a camera on a driving car.
    case av
    /// A fixed surveillance camera over traffic.
    case avSurveillance = "av-surveillance"

    /// The prompt's words.
    public var text: String {
        switch self {
        case .default:
            """
            Describe this video in detail. Say what is seen: the setting, the light, the people and the things in it. \
            Then tell what happens from beginning to end, and how the camera moves. Write plain sentences and name \
            only what can be seen.
            """
        case .av:
            """
            This video was filmed by a camera on a driving car. Describe the drive in detail: how the car itself \
            moves, how the vehicles around it move, and where pedestrians and cyclists are and go. Name the lanes, \
            signs, signals and landmarks that can be seen, and point out any aggressive or dangerous driving.
            """
        case .avSurveillance:
            """
            This video was filmed by a fixed surveillance camera above traffic. Describe in detail what passes: how \
            many vehicles there are, of what kind and colour, which way and in which lane they go, where pedestrians \
            cross, and what signs and signals show. Point out any aggressive driving, near miss or accident, and name \
            landmarks.
            """
        }
    }
}
