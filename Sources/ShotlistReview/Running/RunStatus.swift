import Foundation
import ShotlistCore
import ShotlistLedger

/// How far a run is, as the page shows it.
struct RunStatus: Encodable, Sendable {
    /// Whether a run works on the output now.
    var isGoing = false
    /// Whether there is a ledger: outputs of NeMo Curator have none.
    var hasLedger = false
    /// Windows that the ledger knows, and those that have an answer.
    var windows = 0
    var answered = 0
    /// Windows left to the last run's command, beside those of videos that were not opened yet.
    var left = 0
    /// Videos by how far they are.
    var videos: [String: Int] = [:]
    /// When the last run began, in seconds since 1970.
    var started: Double?
    /// How the last run ended, in a word.
    var ending: String?

    init() {}

    init(counts: LedgerCounts, run: LedgerRun?, isThere: Bool) {
        hasLedger = true
        isGoing = isThere && run?.ended == nil
        windows = counts.windows
        answered = counts.windows - counts.windowsUnanswered
        left = counts.windowsLeft
        videos = counts.sources.reduce(into: [:]) { names, entry in names[entry.key.rawValue] = entry.value }
        started = run?.started.timeIntervalSince1970
        ending = run?.ending
    }
}
