import Foundation
import ShotlistCatalog
import ShotlistCore
import ShotlistLedger

/// Asks the ledger how far a run is, and has the catalog take in what is new, however many pages ask.
actor RunWatch {
    /// What a page is told when it asks.
    struct News: Encodable, Sendable {
        let run: RunStatus
        /// Grows whenever windows are new or changed: then pages ask for them again.
        let generation: Int
    }

    private let catalog: Catalog
    private let outputPath: String
    private let program: String
    private var run = RunStatus()
    private var generation = 0
    private var next = ContinuousClock.now
    private var asking: Task<Look, Never>?

    /// What a look found.
    private struct Look: Sendable {
        let run: RunStatus
        let hasChanged: Bool
    }

    /// The least time between two looks, and how many times as long as a look took it is at least.
    private static let pause = Duration.seconds(2)
    private static let share = 20

    init(_ catalog: Catalog, outputPath: String, program: String) {
        self.catalog = catalog
        self.outputPath = outputPath
        self.program = program
    }

    /// The latest news; those who ask at once share one look.
    func latest() async -> News {
        if let asking { return News(run: await asking.value.run, generation: generation) }
        guard ContinuousClock.now >= next else { return News(run: run, generation: generation) }
        let task = Task { await self.look() }
        asking = task
        let began = ContinuousClock.now
        let found = await task.value
        asking = nil
        run = found.run
        if found.hasChanged { generation += 1 }
        // Looks read every row: of a large output they must not be all that the machine does.
        next = .now + max(Self.pause, (ContinuousClock.now - began) * Self.share)
        return News(run: run, generation: generation)
    }

    /// Says that a person changed something, so that other pages ask again.
    func note() {
        generation += 1
    }

    private nonisolated func look() async -> Look {
        // What cannot be read now may be there at the next look; edits do not depend on it.
        let changed = (try? await catalog.refresh()) ?? 0
        return Look(run: await status(), hasChanged: changed > 0)
    }

    private nonisolated func status() async -> RunStatus {
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
