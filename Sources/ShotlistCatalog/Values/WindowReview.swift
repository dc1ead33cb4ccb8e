import Foundation

/// What a person decided about a window.
public enum ReviewDecision: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing yet.
    case none
    /// It is good.
    case approved
    /// It is not to be used.
    case rejected

    /// The number by which the index keeps it.
    var number: Int {
        switch self {
        case .none: 0
        case .approved: 1
        case .rejected: 2
        }
    }

    /// The decision of a number of the index.
    init(number: Int) {
        self = number == 1 ? .approved : number == 2 ? .rejected : .none
    }
}

/// What people did with a window. It stays apart from the model's words.
public struct WindowReview: Sendable, Hashable, Codable {
    /// The person's caption; nil when nobody edited it.
    public var caption: String?
    /// What was decided.
    public var decision: ReviewDecision
    /// 1 to 5; nil when nobody rated it.
    public var rating: Int?
    /// Tags, sorted, each once.
    public var tags: [String]
    /// A note; empty without one.
    public var note: String
    /// Who changed it last; nil when nobody did.
    public var by: String?
    /// When it was changed last; nil when it never was.
    public var at: Date?
    /// Who wrote ``caption``; nil when nobody did, or an older version kept it.
    public var captionBy: String?
    /// When ``caption`` was written; nil as ``captionBy`` is.
    public var captionAt: Date?

    /// Makes a review; without anything it is that of a window that nobody touched.
    public init(
        caption: String? = nil, decision: ReviewDecision = .none, rating: Int? = nil, tags: [String] = [],
        note: String = "", by: String? = nil, at: Date? = nil, captionBy: String? = nil, captionAt: Date? = nil
    ) {
        self.caption = caption
        self.decision = decision
        self.rating = rating
        self.tags = tags
        self.note = note
        self.by = by
        self.at = at
        self.captionBy = captionBy
        self.captionAt = captionAt
    }
}
