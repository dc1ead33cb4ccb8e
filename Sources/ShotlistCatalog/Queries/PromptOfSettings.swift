internal import ShotlistDatabase

/// What is read of the settings of captions (`CaptionWork`).
struct PromptOfSettings: Decodable {
    private let prompt: String

    /// The prompt in a ledger's settings; nil where there are none: settings of another kind of work hold no prompt.
    static func prompt(in settings: String?) -> String? {
        settings.flatMap { try? ColumnJSON.value(Self.self, $0) }?.prompt
    }
}
