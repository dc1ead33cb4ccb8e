/// How a window ended. Every window of a run ends with one.
public enum WindowStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Captioned (or, where no captions were asked for, prepared) as asked.
    case success
    /// The caption reached the output limit and stops in the middle.
    case truncated
    /// Not tried, for the reason beside it.
    case skipped
    /// Tried and failed, for the reason beside it.
    case error
}

/// What a reader of a caption may doubt.
public enum WindowFlag: String, Sendable, Hashable, Codable, CaseIterable {
    /// The same words come again and again.
    case repeating
    /// The model declined to answer.
    case refused
    /// It took more than one attempt.
    case retried
}

/// Why a window is not a success: a code for programs and a sentence for people.
public struct WindowReason: Sendable, Hashable, Codable {
    /// The code, such as `too_few_frames`.
    public let code: String
    /// The sentence.
    public let message: String

    /// Makes a reason.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// The reason that an error gives.
    public init(_ error: ShotlistError) {
        self.init(code: error.code.rawValue, message: error.description)
    }
}
