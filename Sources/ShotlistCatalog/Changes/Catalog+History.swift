import Foundation
internal import GRDB
import ShotlistCore
internal import ShotlistDatabase
import ShotlistLedger

extension Catalog {
    /// Everything that was said of a window and done with it, the newest first: the model's answers out of the ledger, or
    /// where that has none out of the record, and people's changes.
    ///
    /// - Throws: ``ShotlistError``: `invalid_argument` for a window that there is none of; `ledger_invalid`, `ledger_failed` of the
    ///   review database. What is wrong with the ledger is in what it returns.
    public func history(_ key: WindowKey) async throws(ShotlistError) -> WindowHistory {
        let (window, recorded, changes) = try await database.read { db in
            guard let window = try db.window(key) else { throw Self.unknown(key) }
            return (window, try Self.recorded(db, window), try Self.changes(db, key))
        }
        var told: [HistoryEntry] = []
        var problem: ShotlistError?
        do throws(ShotlistError) {
            told = try await answers(of: key)
        } catch {
            problem = error
        }
        var entries = told.isEmpty ? recorded : told
        if !told.isEmpty, !told.contains(where: { $0.captions?.best == window.captions.best }) {
            // The record may be newer than what the ledger was told, or of another run's output.
            entries += recorded.filter(\.isCurrent)
        }
        // What has no time is older than what has one; of equal times the order in which it came holds.
        let all = (entries + changes).enumerated().sorted { one, other in
            let (first, second) = (one.element.at ?? .distantPast, other.element.at ?? .distantPast)
            return first == second ? one.offset > other.offset : first > second
        }
        do throws(ShotlistError) {
            return WindowHistory(entries: try await asked(all.map(\.element)), ledgerProblem: problem)
        } catch {
            return WindowHistory(entries: all.map(\.element), ledgerProblem: problem ?? error)
        }
    }

    /// The entries with the prompts of the newest ones' settings: a window that was asked again and again has many.
    private func asked(_ entries: [HistoryEntry]) async throws(ShotlistError) -> [HistoryEntry] {
        let (mostSettings, longest) = (50, 16_384)
        var hashes: Set<String> = []
        for entry in entries where hashes.count < mostSettings {
            if let hash = entry.settings { hashes.insert(hash) }
        }
        guard !hashes.isEmpty else { return entries }
        let prompts = try await askLedger { [hashes] ledger throws(ShotlistError) in
            var prompts: [String: String] = [:]
            for hash in hashes { prompts[hash] = PromptOfSettings.prompt(in: try await ledger.settings(hash)) }
            return prompts
        }
        guard let prompts else { return entries }
        return entries.map { entry in
            var entry = entry
            entry.prompt = entry.settings.flatMap { prompts[$0] }.map { String($0.prefix(longest)) }
            return entry
        }
    }

    private func answers(of key: WindowKey) async throws(ShotlistError) -> [HistoryEntry] {
        let answers =
            try await askLedger { ledger throws(ShotlistError) in try await ledger.history(of: key.clip) } ?? []
        return answers.filter { $0.range.start == key.start && $0.range.end == key.end }.map { answer in
            let outcome = answer.outcome
            let captions = CaptionSet(
                caption: outcome.caption.sorted { $0.key < $1.key }.first?.value, stage1: outcome.stage1?.text,
                enhanced: outcome.enhancedCaption.sorted { $0.key < $1.key }.first?.value,
                named: outcome.namedCaptions.compactMapValues(\.text))
            return HistoryEntry(
                kind: .model, at: answer.made, by: outcome.captionRecord?.modelID ?? outcome.caption.keys.min(),
                captions: captions, status: outcome.status, isCurrent: answer.isCurrent, settings: answer.settings,
                isUndone: false, isBulk: false)
        }
    }

    /// What the record tells: its history, else its captions.
    private static func recorded(_ db: Database, _ window: CatalogWindow) throws -> [HistoryEntry] {
        let text =
            try db.rows(
                """
                SELECT earlier FROM details JOIN windows ON windows.id = details.window
                WHERE clip = ? AND first = ? AND last = ?
                """,
                [window.key.clipName, window.key.start, window.key.end]
            ) { try $0.at(0, as: String?.self) }.first ?? nil
        let earlier = try text.map { try ColumnJSON.value([EarlierCaption].self, $0) } ?? []
        var entries = earlier.filter { !$0.isCurrent }.map { caption in
            HistoryEntry(
                kind: .model, at: caption.made.flatMap { try? Date($0, strategy: .iso8601) }, by: caption.model,
                captions: caption.captions, status: caption.status, isCurrent: false, settings: caption.settings,
                isUndone: false, isBulk: false)
        }
        let made = earlier.last { $0.isCurrent }?.made
        entries.append(
            HistoryEntry(
                kind: .model, at: made.flatMap { try? Date($0, strategy: .iso8601) }, by: window.model,
                captions: window.captions, status: window.status, isCurrent: true, settings: window.settingsHash,
                isUndone: false, isBulk: false))
        return entries
    }

    private static func changes(_ db: Database, _ key: WindowKey) throws -> [HistoryEntry] {
        try db.rows(
            """
            SELECT batches.person AS person, batches.at AS at, batches.kind AS kind, batches.state AS taken,
                changes.before AS before, changes.after AS after
            FROM reviews JOIN changes ON changes.review = reviews.id JOIN batches ON batches.id = changes.batch
            WHERE reviews.clip = ? AND reviews.first = ? AND reviews.last = ? ORDER BY changes.id
            """,
            [key.clipName, key.start, key.end]
        ) { row in
            let (person, at): (String, Int64) = (try row.get("person"), try row.get("at"))
            let kind: String = try row.get("kind")
            let before = try ColumnJSON.value(ReviewState.self, row.get("before"))
            let after = try ColumnJSON.value(ReviewState.self, row.get("after"))
            return HistoryEntry(
                kind: kind == "undo" ? .undo : .person, at: Date(milliseconds: at), by: person, isCurrent: false,
                before: before.review(by: nil, at: nil), after: after.review(by: person, at: at),
                isUndone: try row.get("taken", as: Int.self) == 1, isBulk: kind == "bulk")
        }
    }
}
