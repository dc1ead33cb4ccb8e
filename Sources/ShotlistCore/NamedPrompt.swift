/// A further question about every window, with a name by which its caption is kept.
public struct NamedPrompt: Sendable, Hashable {
    /// The name: `[a-z0-9_-]+`.
    public let name: String
    /// What is asked.
    public let prompt: Prompt

    /// Makes a named prompt.
    ///
    /// The caption is kept as `<variant>_caption_<name>`, so a name that would make that key look like another
    /// caption's (`caption`, or one that ends in `_caption`) is refused.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for such a name, other characters in it, or a blank text.
    public init(name: String, text: String) throws(ShotlistError) {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.allowed.contains) else {
            throw ShotlistError(
                .invalidArgument, "A prompt cannot have the name '\(name)'.",
                remedy: "Use lower-case letters a to z, digits, '_' and '-'.")
        }
        guard name != "caption", !name.hasSuffix("_caption") else {
            throw ShotlistError(
                .invalidArgument, "The prompt's name '\(name)' would make its key look like another caption's.",
                remedy: "Use a name that does not end in 'caption'.")
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ShotlistError(
                .invalidArgument, "The text of the prompt '\(name)' is blank.", remedy: "Write what to ask.")
        }
        self.name = name
        prompt = try Prompt(text: text)
    }

    private static let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789_-".utf8)
}
