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
        /// Why the last look took nothing in, such as a full disk; what is shown may be old then.
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
    }

    private let catalog: Catalog
    private let outputPath: String
    private let program: String
    private let state = Mutex(State())

    /// The least time between two looks, and how many times as long as a look took it is at least.
    private static let pause = Duration.seconds(2)
    private static let share = 20

    init(_ catalog: Catalog, outputPath: String, program: String) {
        self.catalog = catalog
        self.outputPath = outputPath
        self.program = program
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
        state.withLock { $0.generation += 1 }
    }

    private func look() async {
        let began = ContinuousClock.now
        var changed = 0
        var problem: String?
        do {
            changed = try await catalog.refresh { progress in
                self.state.withLock { state in
                    state.progress = progress
                    state.generation += 1
                }
            }
        } catch {
            // The next look may go well; edits do not depend on it.
            problem = error.description
        }
        let run = await status()
        let took = ContinuousClock.now - began
        state.withLock { [changed, problem] state in
            state.run = run
            state.progress = nil
            state.problem = problem
            if changed > 0 { state.generation += 1 }
            state.isLooking = false
            state.hasLooked = true
            // Looks read every row: of a large output they must not be all that the machine does.
            state.next = ContinuousClock.now + max(Self.pause, took * Self.share)
        }
    }

    private func status() async -> RunStatus {
        do {
            let ledger = try await Ledger.open(
                outputPath: outputPath, program: program, access: .readOnly, patience: 2)
            let counts = try await ledger.counts()
            let run = try await ledger.runs(limit: 1).first
            try await ledger.close()
            return RunStatus(counts: counts, run: run, isThere: RunPresence.isThere(outputPath: outputPath))
        } catch {
            return RunStatus()
        }
    }
}
