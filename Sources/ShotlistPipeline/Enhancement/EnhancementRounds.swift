import AsyncAlgorithms
import ShotlistCore

/// Enhancement after captions: windows wait until a round is full or no more come, then the models change places.
///
/// What waits holds no frames and, where no stage follows, no preview.
struct EnhancementRounds: Sendable {
    let stage: CaptionEnhancementStage
    let captions: CaptionGenerationStage
    let gate: TurnGate
    let kept: KeptWindows
    let context: RunContext
    /// Takes a window's preview before it waits; nil where a stage that follows may read it.
    let collector: Collector?
    /// Where a window is that is enhanced.
    let next: WindowPlace

    /// Takes windows until the channel ends and hands on each when it is enhanced.
    func run(from input: AsyncChannel<WindowItem>, to output: AsyncChannel<WindowItem>) async throws {
        defer { output.finish() }
        var round: [WindowItem] = []
        for await item in input {
            kept.keep(item)
            guard item.known != .answer, stage.caption(of: item.window) != nil else {
                await send(item, to: output)
                continue
            }
            var waiting = item
            try await collector?.handOn(&waiting)
            kept.keep(waiting)
            round.append(waiting)
            context.report(.windowWaits(waiting.window, clip: waiting.clip))
            guard round.count >= stage.roundSize else { continue }
            try await enhance(round, handingTo: output)
            round = []
        }
        try Task.checkCancellation()
        if !round.isEmpty { try await enhance(round, handingTo: output) }
    }

    private func enhance(_ round: [WindowItem], handingTo output: AsyncChannel<WindowItem>) async throws {
        try await gate.takeTurn()
        let other = captions.settings.variant.name
        context.report(.note("'\(other)' leaves, and '\(stage.model.name)' enhances \(round.count) caption(s)."))
        await captions.leave()
        var failure: WindowReason?
        do {
            try await stage.load()
        } catch let error as ShotlistError where error.code != .cancelled {
            failure = WindowReason(error)
            context.report(.warning("\(round.count) caption(s) are not enhanced: \(error)"))
        }
        try await work(on: round, failure: failure, handingTo: output)
        await stage.unload()
        gate.leaveTurn()
    }

    /// As many at once as the engine takes; when its model could not be loaded each window is told why.
    private func work(
        on round: [WindowItem], failure: WindowReason?, handingTo output: AsyncChannel<WindowItem>
    ) async throws {
        let worker = WindowWorker(stage: stage, places: context.metrics.places)
        try await forEach(round, width: stage.concurrency) { item in
            var done = item
            if let failure {
                stage.fail(&done.window, failure)
            } else {
                done = try await worker.work(on: item)
            }
            kept.keep(done)
            await send(done, to: output)
        }
        try Task.checkCancellation()
    }

    private func send(_ item: WindowItem, to output: AsyncChannel<WindowItem>) async {
        context.metrics.places.moved(item.window, to: next)
        await output.send(item)
        // A cancelled task's hand-over may not have been taken.
        if !Task.isCancelled { kept.drop(item) }
    }
}
