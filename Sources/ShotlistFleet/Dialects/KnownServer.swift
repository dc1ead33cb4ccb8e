/// A server that was looked at.
struct KnownServer: Sendable, Hashable {
    /// How it wants to be asked.
    let dialect: Dialect
    /// The model, as it names it.
    let model: String
    /// Tokens of the model's context; nil when it does not say.
    let contextTokens: Int?
    /// The form in which it is sent frames; nil where only words are sent.
    let media: MediaForm?
}
