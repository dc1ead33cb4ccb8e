/// What a person changes of one window.
public enum ReviewChange: Sendable, Hashable, Codable {
    /// The caption; nil for the model's own again.
    case caption(String?)
    /// The decision.
    case decision(ReviewDecision)
    /// 1 to 5; nil for none.
    case rating(Int?)
    /// All tags.
    case tags([String])
    /// The note; empty for none.
    case note(String)
}

/// What a person changes of many windows at once.
public enum BulkChange: Sendable, Hashable, Codable {
    /// Other words for some. A regular expression is one of ICU; in `with` then stand `$0` to `$6` for what its groups took,
    /// `\n` for a line's end, and `\$` and `\\` for themselves.
    case replace(find: String, with: String, isRegex: Bool, matchesCase: Bool)
    /// Words before the caption, where it does not begin with them already.
    case prefix(String)
    /// Words after the caption, where it does not end in them already.
    case suffix(String)
    /// The decision.
    case decision(ReviewDecision)
    /// One tag more.
    case addTag(String)
    /// One tag less.
    case removeTag(String)
    /// The model's own caption again.
    case revert
}

/// What a bulk change would do.
public struct BulkPreview: Sendable, Hashable, Codable {
    /// One window's change.
    public struct Example: Sendable, Hashable, Codable {
        /// The window.
        public var key: WindowKey
        /// The caption that counts, the decision, or the tags with commas between, before.
        public var before: String
        /// The same after.
        public var after: String
    }

    /// How many windows would change.
    public var count: Int
    /// How many windows the filter has.
    public var windows: Int
    /// Where the part that was asked for begins, counted among those that would change.
    public var offset: Int
    /// That part, in the order of the windows.
    public var examples: [Example]
    /// What ``Catalog/apply(_:_:expecting:)`` wants to hear, so that it does what was previewed and nothing else.
    public var token: String
}
