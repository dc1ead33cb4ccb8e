/// A chat of one message as a text model's own template writes it, up to where the answer begins.
///
/// Special tokens and plain text are told apart, so that nothing that a user writes becomes a special token. A plain
/// piece holds the user's words together with the template's words around them: tokenizers join line ends across that
/// seam, and the model was trained on the joined ones.
public struct ChatLayout: Sendable, Hashable {
    /// A piece of a chat.
    public enum Piece: Sendable, Hashable {
        /// One token of the vocabulary, by its name.
        case token(String)
        /// Plain text, whatever it says.
        case text(String)
    }

    /// Its pieces, in order.
    public let pieces: [Piece]

    /// How many of them, at the beginning, tell the model what to be: they are the same for all messages.
    public let openingCount: Int

    /// A layout of the given pieces.
    public init(pieces: [Piece], openingCount: Int = 0) {
        self.pieces = pieces
        self.openingCount = openingCount
    }

    /// The part that is the same for all messages.
    public var opening: ChatLayout { ChatLayout(pieces: Array(pieces.prefix(openingCount))) }

    /// A system's turn, or none, and then a user's.
    private init(system: [Piece], rest: [Piece]) {
        self.init(pieces: system + rest, openingCount: system.count)
    }

    /// The whole chat as text, as a reference implementation renders it.
    public var text: String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .token(let name): text += name
            case .text(let words): text += words
            }
        }
    }

    /// Qwen2.5's chat (`Qwen/Qwen2.5-14B-Instruct`, the same in all sizes): without `system`, its own system line.
    public static func qwen25(system: String?, user: String) -> ChatLayout {
        let system = system ?? "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
        return ChatLayout(system: turn("system", system), rest: turn("user", user) + answer)
    }

    /// Qwen3's chat (`Qwen/Qwen3-14B`) with `enable_thinking=False`: without `system`, no system turn, and the answer
    /// begins behind an empty block of thoughts.
    ///
    /// Captions are rewritten without thinking: thoughts would cost several times the tokens of a caption, could use up
    /// the most that it may have, and are no part of it.
    public static func qwen3(system: String?, user: String) -> ChatLayout {
        let noThoughts: [Piece] = [.token("<think>"), .text("\n\n"), .token("</think>"), .text("\n\n")]
        return ChatLayout(
            system: system.map { turn("system", $0) } ?? [], rest: turn("user", user) + answer + noThoughts)
    }

    /// SmolLM2's chat (`HuggingFaceTB/SmolLM2-135M-Instruct`): without `system`, its own system line.
    public static func smolLM2(system: String?, user: String) -> ChatLayout {
        let system = system ?? "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
        return ChatLayout(system: turn("system", system), rest: turn("user", user) + answer)
    }

    /// One turn of ChatML.
    private static func turn(_ role: String, _ words: String) -> [Piece] {
        [.token("<|im_start|>"), .text("\(role)\n\(words)"), .token("<|im_end|>"), .text("\n")]
    }

    /// The beginning of ChatML's answer.
    private static let answer: [Piece] = [.token("<|im_start|>"), .text("assistant\n")]
}

/// Blocks of thoughts in what a model says.
public enum ThinkingBlock {
    /// An answer without its thoughts: what is behind the last `</think>`, up to a `<think>` that is not closed.
    public static func removed(from answer: String) -> String {
        // By scalars: a character could hide a bracket that a combining mark follows.
        var rest = answer.unicodeScalars[...]
        while let close = rest.firstRange(of: "</think>".unicodeScalars) { rest = rest[close.upperBound...] }
        if let open = rest.firstRange(of: "<think>".unicodeScalars) { rest = rest[..<open.lowerBound] }
        return String(rest)
    }
}
