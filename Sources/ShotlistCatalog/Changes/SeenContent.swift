import ShotlistCore

/// What a person had before them: the model's words and the video, as hashes.
struct SeenContent: Sendable, Hashable, Codable {
    /// The hash of the model's caption that counted; that of no words where there was none.
    let words: String
    /// The beginning of the digest of the video's content; nil where the record did not tell one.
    let picture: String?

    private enum CodingKeys: String, CodingKey {
        case words = "w", picture = "p"
    }

    /// Enough to tell two of them apart; it stands in each step of the history.
    private static let digits = 32

    init(best: String?, picture: String?) {
        words = String(ContentHash.sha256(best ?? "").prefix(Self.digits))
        self.picture = picture.map { String($0.prefix(Self.digits)) }
    }

    /// Both in one text, by which a page says what it showed.
    var text: String { "\(words) \(picture ?? "")" }

    /// Whether this is of other words or of another video. What is not told on one side is taken for the same.
    func isOther(than other: SeenContent) -> Bool {
        guard words == other.words else { return true }
        guard let picture, let theirs = other.picture else { return false }
        return picture != theirs
    }
}

extension ReviewState {
    /// Whether something in it judges the window: a caption, a decision or a rating.
    var isJudgement: Bool { caption != nil || decision != .none || rating != nil }

    /// Whether it judges other words or another video than these.
    func isStale(_ now: SeenContent) -> Bool { isJudgement && seen.map { $0.isOther(than: now) } ?? false }

    /// The state with what it was made of.
    ///
    /// - Parameters:
    ///   - now: the words and the video as they are.
    ///   - before: the state that was changed.
    ///   - renews: whether who changed it has judged all of it anew. Else what was judged before stays judged of what it was.
    func made(of now: SeenContent, after before: ReviewState, renews: Bool) -> ReviewState {
        var state = self
        state.seen = !isJudgement ? nil : renews || !before.isJudgement ? now : before.seen
        return state
    }
}

extension ReviewChange {
    /// Whether it judges a window anew, whatever was decided of it before.
    ///
    /// A decision and a caption do. A rating does not where a decision or a caption stands: five stars for new words do not
    /// say that these are approved.
    func renews(_ before: ReviewState) -> Bool {
        switch self {
        case .caption: true
        case .decision(let decision): decision != .none
        case .rating: before.caption == nil && before.decision == .none
        case .tags, .note: false
        }
    }
}
