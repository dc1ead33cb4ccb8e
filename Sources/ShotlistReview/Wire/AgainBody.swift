import ShotlistCatalog
import ShotlistCore

/// What the page asks of asking the model again.
struct AgainBody: Decodable {
    /// Which windows: the part of a list's address behind the `?`; not looked at where there are ``keys``.
    let query: String?
    /// Their names.
    let keys: [String]?
    /// The new prompt.
    let prompt: String
    /// What a preview gave, for the others: the name of the files, and the command and the number of windows that the
    /// person saw.
    let name: String?
    let command: String?
    let count: Int?

    /// The most windows that are named one by one.
    static let mostKeys = 10_000
    /// The most bytes of a prompt: a system takes arguments of 128 KB.
    private static let mostOfPrompt = 32_768

    /// Which windows.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`, `filter_invalid`).
    func filter() throws(ShotlistError) -> WindowFilter {
        guard let keys else { return try WindowQuery(QueryString(query ?? "")).filter }
        guard keys.count <= Self.mostKeys else {
            throw ShotlistError(
                .invalidArgument, "More than \(Self.mostKeys) windows are named.",
                remedy: "Find them by a filter, and ask about all that are found.")
        }
        var filter = WindowFilter()
        var names: [WindowKey] = []
        for text in keys {
            guard let key = WindowKey(text) else {
                throw ShotlistError(
                    .invalidArgument, "'\(text.prefix(100).description.printable)' is no window.",
                    remedy: "Load the page again.")
            }
            names.append(key)
        }
        filter.keys = names
        return filter
    }

    /// The prompt, as a program can be given it.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`).
    func checkedPrompt() throws(ShotlistError) -> String {
        guard !prompt.allSatisfy(\.isWhitespace), !prompt.utf8.contains(0), prompt.utf8.count <= Self.mostOfPrompt
        else {
            throw ShotlistError(
                .invalidArgument, "The prompt is empty, or longer than \(Self.mostOfPrompt) bytes.",
                remedy: "Write what the model is to be asked.")
        }
        return prompt
    }
}

/// The command that asks again, as the page gets it.
struct AgainPreviewBody: Encodable {
    /// How many windows it asks about.
    let count: Int
    /// The name of its files.
    let name: String
    /// The whole command; nil where the ledger does not know how the output was made.
    let command: String?
    /// Why the review does not start it; nil when it does.
    let reason: String?
}
