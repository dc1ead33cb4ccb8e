/// Tokens that questions about windows cost.
public struct TokenCounts: Sendable, Hashable, Codable {
    /// Tokens of prompts, the video's included.
    public var prompt: Int
    /// Those of ``prompt`` that were there from an earlier question or window and cost nothing.
    public var reused: Int
    /// Tokens of answers.
    public var output: Int

    /// Makes counts.
    public init(prompt: Int = 0, reused: Int = 0, output: Int = 0) {
        self.prompt = prompt
        self.reused = reused
        self.output = output
    }

    /// Tokens of prompts that were computed: ``prompt`` without ``reused``.
    public var computed: Int { prompt - reused }

    /// Both together.
    public static func + (left: TokenCounts, right: TokenCounts) -> TokenCounts {
        TokenCounts(
            prompt: left.prompt + right.prompt, reused: left.reused + right.reused,
            output: left.output + right.output)
    }

    /// Adds to counts.
    public static func += (left: inout TokenCounts, right: TokenCounts) {
        left = left + right
    }
}
