import Foundation
import ShotlistCatalog

/// An entry of a window's history as the page gets it: who, when, what, and texts that can be compared.
struct HistoryBody: Encodable {
    private let kind: String
    private let at: Double?
    private let by: String?
    private let what: String
    private let prompt: String?
    private let texts: [WindowBody.Words]
    private let isCurrent: Bool
    private let isUndone: Bool

    init(_ entry: HistoryEntry) {
        kind = entry.kind.rawValue
        at = entry.at?.timeIntervalSince1970
        by = entry.by
        prompt = entry.prompt
        isCurrent = entry.isCurrent
        isUndone = entry.isUndone
        if let captions = entry.captions {
            texts = WindowBody.words(captions)
            what = "answered" + (entry.status.map { " (\($0.rawValue))" } ?? "")
        } else {
            let edited = entry.after?.caption
            let isNew = edited != entry.before?.caption
            texts = isNew ? edited.map { [WindowBody.Words(name: "edited", text: $0)] } ?? [] : []
            what = Self.changes(entry) + (entry.isBulk ? ", one of many" : "")
        }
    }

    /// What became other, in words.
    private static func changes(_ entry: HistoryEntry) -> String {
        guard let before = entry.before, let after = entry.after else { return entry.kind.rawValue }
        var words: [String] = []
        if before.caption != after.caption {
            words.append(after.caption == nil ? "took the model's caption again" : "edited the caption")
        }
        if before.decision != after.decision { words.append("decision: \(after.decision.rawValue)") }
        if before.rating != after.rating { words.append("rating: \(after.rating.map(String.init) ?? "none")") }
        if before.tags != after.tags { words.append("tags: \(after.tags.joined(separator: ", "))") }
        if before.note != after.note { words.append(after.note.isEmpty ? "removed the note" : "note: \(after.note)") }
        let all = words.isEmpty ? "changed nothing" : words.joined(separator: "; ")
        return entry.kind == .undo ? "undid a change: \(all)" : all
    }
}
