import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase

/// What people made of a window, without who and when: as it is kept before and after each change.
struct ReviewState: Sendable, Hashable, Codable {
    var caption: String?
    /// Who wrote the caption, and when, in milliseconds since 1970; nil without one, and of one that an older version kept.
    var captionBy: String?
    var captionAt: Int64?
    var decision = ReviewDecision.none
    var rating: Int?
    var tags: [String] = []
    var note = ""
    /// What it judges; nil where that is not known, or nothing is judged.
    var seen: SeenContent?

    /// The state after a person's change.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for a rating that is none, and for texts that are too long.
    func changed(_ change: ReviewChange) throws(ShotlistError) -> ReviewState {
        var state = self
        switch change {
        case .caption(let caption):
            if let caption { state.caption = try Self.whole(caption) } else { state.caption = nil }
        case .decision(let decision): state.decision = decision
        case .rating(let rating):
            guard rating.map({ (1...5).contains($0) }) ?? true else {
                throw ShotlistError(.invalidArgument, "A rating is a number from 1 to 5.")
            }
            state.rating = rating
        case .tags(let tags):
            for tag in tags where !state.tags.contains(tag) { try Self.checkNewTag(tag) }
            state.tags = try Self.tags(tags)
        case .note(let note): state.note = try Self.whole(note)
        }
        return state
    }

    /// Tags, sorted, each once, without spaces at the ends.
    static func tags(_ tags: [String]) throws(ShotlistError) -> [String] {
        var clean: Set<String> = []
        for tag in tags {
            let tag = try whole(tag).trimmingCharacters(in: .whitespacesAndNewlines)
            guard tag.count <= 100, !tag.contains(where: \.isNewline) else {
                throw ShotlistError(.invalidArgument, "A tag has up to 100 characters and is one line.")
            }
            if !tag.isEmpty { clean.insert(tag) }
        }
        guard clean.count <= 100 else { throw ShotlistError(.invalidArgument, "A window has up to 100 tags.") }
        return clean.sorted()
    }

    /// Tags are shown and edited in one line, with commas between: one with a comma in it would be two at the next edit.
    static func checkNewTag(_ tag: String) throws(ShotlistError) {
        guard !tag.contains(",") else {
            throw ShotlistError(
                .invalidArgument, "The tag '\(tag.printable)' has a comma in it.",
                remedy: "Add one tag after the other.")
        }
    }

    /// The most bytes of a caption or a note.
    static let mostBytes = 1 << 20

    /// Who reviews: a name of one line, without spaces at the ends.
    ///
    /// - Throws: ``ShotlistError`` (`invalid_argument`) for what is none.
    static func name(_ person: String) throws(ShotlistError) -> String {
        let person = try whole(person).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !person.isEmpty, person.count <= 200, !person.contains(where: \.isNewline) else {
            throw ShotlistError(
                .invalidArgument, "Who reviews needs a name of one line, of up to 200 characters.",
                remedy: "Give a name.")
        }
        return person
    }

    /// A text that fits a column: SQLite's texts end at the character 0.
    static func whole(_ text: String) throws(ShotlistError) -> String {
        guard text.utf8.count <= mostBytes else {
            throw ShotlistError(.invalidArgument, "A text may have up to \(mostBytes >> 20) MiB.")
        }
        return text.utf8.contains(0) ? text.replacing("\0", with: "") : text
    }

    /// The same with who and when.
    func review(by person: String?, at: Int64?) -> WindowReview {
        WindowReview(
            caption: caption, decision: decision, rating: rating, tags: tags, note: note, by: person,
            at: at.map { Date(milliseconds: $0) }, captionBy: captionBy,
            captionAt: captionAt.map { Date(milliseconds: $0) })
    }
}

/// A review as it is kept.
struct StoredReview: Sendable {
    let id: Int64
    let state: ReviewState
    let person: String
    /// Milliseconds since 1970.
    let at: Int64
    let version: Int

    init(_ row: Row) throws {
        id = try row.get("id")
        state = try ColumnJSON.value(ReviewState.self, row.get("state"))
        person = try row.get("person")
        at = try row.get("at")
        version = try row.get("version")
    }

    /// What a change that expected another version is told.
    func conflict(_ key: WindowKey) -> ShotlistError {
        ShotlistError(
            .conflict,
            "\(person) changed the window '\(key)' on \(Date(milliseconds: at).formatted(.iso8601)), after you had"
                + " seen it.",
            remedy: "Look at it as it is now, and change it again.")
    }
}

extension Database {
    /// What people made of a window; nil when nobody did anything.
    func review(of key: WindowKey) throws -> StoredReview? {
        try rows(
            "SELECT id, state, person, at, version FROM reviews WHERE clip = ? AND first = ? AND last = ?",
            [key.clipName, key.start, key.end], StoredReview.init
        ).first
    }

    func review(_ id: Int64) throws -> StoredReview? {
        try rows("SELECT id, state, person, at, version FROM reviews WHERE id = ?", [id], StoredReview.init).first
    }
}
