import Foundation
import ShotlistCatalog
import ShotlistCore
import ShotlistLedger
import Synchronization

/// Asks the ledger how far a run is, and has the catalog take in what is new, however many pages ask.
final class RunWatch: Sendable {
    /// What a page is told when it asks.
    struct News: Encodable, Sendable {
        let run: RunStatus
        /// Grows whenever windows are new or changed: then pages ask for them again.
        let generation: Int
        /// Records that were read, and that are to be read, while an index is made.
        let indexed: Int?
        let toIndex: Int?
        /// Whether the output has not been looked through once yet: that nothing is found says nothing then.
        let isReading: Bool
        /// What is amiss, in sentences: why the last look took nothing in, such as a full disk, so that what is shown may be
        /// old; records that cannot be read; a ledger that cannot be asked; edits of windows that are not there.
        let problem: String?
    }

    private struct State {
        var run = RunStatus()
        var generation = 0
        var progress: IndexProgress?
        var isLooking = false
        var hasLooked = false
        var problem: String?
        var next = ContinuousClock.now
        /// How long the last look took.
        var took = Duration.seconds(60)
        /// Changes that were made through this server.
        var own = 0
        /// Changes of others, counted from when the first look was made, and what was last seen of other looks.
        var others = 0
        var looks = 0
    }

    private let catalog: Catalog
    private let outputPath: String
    private let state = Mutex(State())

    /// The least time between two looks, how many times as long as a look took it is at least, and the most. Of two looks
    /// the quicker one counts: a first index that took a minute, or a machine that was busy for a moment, says nothing of
    /// the looks that follow.
    private static let pause = Duration.seconds(2)
    private static let share = 20
    private static let longest = Duration.seconds(30)

    init(_ catalog: Catalog, outputPath: String) {
        self.catalog = catalog
        self.outputPath = outputPath
    }

    /// What is known now. When it is old, a look for more begins beside: a first index may take a minute, and nobody is
    /// to wait for it.
    @discardableResult
    func latest() -> News {
        let isDue = state.withLock { state in
            guard !state.isLooking, ContinuousClock.now >= state.next else { return false }
            state.isLooking = true
            return true
        }
        if isDue { Task { await self.look() } }
        return state.withLock { state in
            News(
                run: state.run, generation: state.generation, indexed: state.progress?.done,
                toIndex: state.progress?.total, isReading: !state.hasLooked,
                problem: state.problem)
        }
    }

    /// Says that a person changed something, so that other pages ask again.
    func note() {
        state.withLock { state in
            state.generation += 1
            state.own += 1
        }
    }

    private func look() async {
        let began = ContinuousClock.now
        var changed = 0
        var problems: [String] = []
        do throws(ShotlistError) {
            changed = try await catalog.refresh { progress in
                self.state.withLock { state in
                    state.progress = progress
                    state.generation += 1
                }
            }
        } catch {
            // The next look may go well; edits do not depend on it.
            problems.append("New records cannot be taken in: \(error.description)")
        }
        do throws(ShotlistError) {
            let told = try await catalog.state()
            problems += told.sentences
            state.withLock { [changed] in Self.compare(&$0, with: told, changed: changed) }
        } catch {
            problems.append(error.description)
        }
        var run: RunStatus?
        do throws(ShotlistError) {
            run = try await status()
        } catch {
            problems.append("How far the run is cannot be told: \(error.description)")
        }
        let took = ContinuousClock.now - began
        state.withLock { [problems, run] state in
            // A ledger that cannot be read for a moment has not ended the run.
            if let run { state.run = run }
            state.progress = nil
            state.problem = problems.isEmpty ? nil : problems.joined(separator: " ")
            state.isLooking = false
            state.hasLooked = true
            // Looks read every row: of a large output they must not be all that the machine does.
            let usual = min(took, state.took)
            state.took = took
            state.next = ContinuousClock.now + min(Self.longest, max(Self.pause, usual * Self.share))
        }
    }

    /// Finds out whether there is something that no page was told of: windows that came, by whichever process, and changes
    /// that were made elsewhere. What was there before the first look pages find by themselves.
    ///
    /// - Parameter changed: windows that this look took in.
    private static func compare(_ state: inout State, with told: CatalogState, changed: Int) {
        let others = told.changes - state.own
        let isNew = changed > 0 || told.looks != state.looks || others > state.others
        if state.hasLooked ? isNew : changed > 0 { state.generation += 1 }
        state.others = others
        state.looks = told.looks
    }

    /// How far the run is; of an output without a ledger nothing.
    private func status() async throws(ShotlistError) -> RunStatus {
        do throws(ShotlistError) {
            // First of all: of a run that is gone by now the ledger tells how it ended.
            let isThere = RunPresence.isThere(outputPath: outputPath)
            let told = try await catalog.askLedger {
                ledger throws(ShotlistError) -> (counts: LedgerCounts, run: LedgerRun?) in
                // In this order: of a run that has ended nothing changes any more.
                let run = try await ledger.runs(limit: 1).first
                return (counts: try await ledger.counts(), run: run)
            }
            guard let told else { return RunStatus() }
            return RunStatus(counts: told.counts, run: told.run, isThere: isThere)
        } catch {
            // Another program's file is no ledger.
            guard error.code == .outputInvalid else { throw error }
            return RunStatus()
        }
    }
}
