import ShotlistCore
import ShotlistLedger

/// What a window keeps of an earlier run.
struct KeptAnswer: Sendable {
    private let outcome: WindowOutcome
    private let settings: String?
    private let known: KnownWork
    private let isOutdated: Bool
    private let isPicked: Bool

    init(_ answer: WindowAnswer, known: KnownWork, isOutdated: Bool = false, isPicked: Bool = false) {
        outcome = answer.outcome
        settings = answer.settings
        self.known = known
        self.isOutdated = isOutdated
        self.isPicked = isPicked
    }

    private init(_ outcome: WindowOutcome) {
        self.outcome = outcome
        settings = nil
        known = .answer
        isOutdated = false
        isPicked = false
    }

    /// What a window has that no run has come to, and that is not this run's to ask about.
    static var notComeTo: KeptAnswer {
        var outcome = WindowOutcome()
        outcome.status = .skipped
        outcome.reason = WindowReason(
            ShotlistError(.cancelled, "No run has come to this window yet.", remedy: "Run it without a selection."))
        return KeptAnswer(outcome)
    }

    func put(into task: inout WindowTask) {
        task.kept = outcome
        task.known = known
        task.settings = settings
        task.isOutdated = isOutdated
        task.isPicked = isPicked
    }
}
