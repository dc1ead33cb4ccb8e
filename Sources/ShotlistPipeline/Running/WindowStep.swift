import AsyncAlgorithms
import ShotlistCore

/// One window stage in a run: workers that take windows from a channel and hand them to the next.
struct WindowStep: Sendable {
    let stage: any WindowStage
    /// Whether the stage comes after the one that captions.
    let comesAfterCaptions: Bool
    /// Whose turn it is, where the stage's model shares its place with another.
    let gate: TurnGate?
    /// Keeps what the stage has made before the window goes on; nil where that is done at the end of the way.
    let keeper: (@Sendable (WindowItem) async throws -> Void)?
    /// Ends the run when the engine answers nothing any more; nil where none is asked.
    let streak: FailureStreak?
    /// Where windows are kept that a stop must not lose: those that this stage is done with.
    let kept: KeptWindows?
    /// Whether a window that is stopped in the middle of this stage is kept, too, as it was before.
    let keepsUnfinished: Bool
    /// Lets windows wait while the disk has no room for what would come of them; nil where they go on.
    let room: DiskRoom?
    /// Where windows are.
    let places: WindowPlaces
    /// Where a window is that this stage is done with.
    let next: WindowPlace

    /// Works until the channel ends.
    func run(from input: AsyncChannel<WindowItem>, to output: AsyncChannel<WindowItem>) async throws {
        let worker = WindowWorker(stage: stage, places: places)
        try await workers(stage.concurrency, from: input, closing: output) { item in
            let done = try await work(on: item, by: worker)
            if let keeper, done.known == .nothing {
                do {
                    // What is made is kept, also when the run is stopped meanwhile.
                    try await Task { try await keeper(done) }.value
                } catch {
                    kept?.keep(done)
                    throw error
                }
            }
            if let ending = streak?.note(item, done) {
                kept?.keep(done)
                throw ending
            }
            places.moved(done.window, to: next)
            await output.send(done)
            if Task.isCancelled { kept?.keep(done) }
        }
    }

    private func work(on item: WindowItem, by worker: WindowWorker) async throws -> WindowItem {
        if item.isDone(by: stage, afterCaptions: comesAfterCaptions) { return item }
        // A video that was brought here goes when its windows are done, which makes room.
        if !item.clip.video.isBroughtHere { try await room?.wait() }
        if let gate { return try await gate.captioning { try await worker.work(on: item) } }
        return try await worker.work(on: item, keptBy: keepsUnfinished ? kept : nil)
    }
}

/// Takes windows through one stage.
struct WindowWorker: Sendable {
    let stage: any WindowStage
    let places: WindowPlaces

    /// Works on one window; an error becomes the window's own.
    func work(on item: WindowItem) async throws -> WindowItem {
        var item = item
        places.moved(item.window, to: stage.workingPlace)
        do {
            try await stage.process(&item.window, of: item.clip)
        } catch let error as CancellationError {
            throw error
        } catch let error as ShotlistError where !error.endsRun {
            item.window.fail(error)
        } catch let error as ShotlistError {
            throw error
        } catch {
            item.window.fail(ShotlistError(.internalFailure, "The stage '\(stage.name)' failed: \(error)."))
        }
        return item
    }

    /// The same; when it is stopped the window is kept as it was before.
    func work(on item: WindowItem, keptBy kept: KeptWindows?) async throws -> WindowItem {
        do {
            return try await work(on: item)
        } catch {
            kept?.keep(item)
            throw error
        }
    }
}

/// `count` tasks that take from one channel; the next channel closes when all have ended.
func workers<Item: Sendable, Next: Sendable>(
    _ count: Int, from channel: AsyncChannel<Item>, closing next: AsyncChannel<Next>,
    body: @escaping @Sendable (Item) async throws -> Void
) async throws {
    defer { next.finish() }
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<max(1, count) {
            group.addTask {
                for await item in channel { try await body(item) }
                try Task.checkCancellation()
            }
        }
        try await group.finishTogether()
    }
}

/// A window on its way, with the clip it is a part of.
struct WindowItem: Sendable {
    let clip: Clip
    var window: Window
    /// What an earlier run has done of it.
    var known = KnownWork.nothing
    /// Whether a preview is to be drawn of it, where previews are asked for.
    var drawsPreview = true
    /// Whether the writer has its preview already, where there was one.
    var isHandedOn = false
    /// Whether it has a preview, of this run or an earlier one.
    var hadPreview = false

    /// Whether a limit refused what it would be made of.
    var isRefusedByLimit: Bool { (window.reason ?? window.previewReason)?.isOfALimit == true }

    /// Whether an earlier run has done what a stage would do. Previews are drawn for whichever window has frames for one.
    func isDone(by stage: any WindowStage, afterCaptions: Bool) -> Bool {
        guard !(stage is PreviewStage) else { return false }
        return switch known {
        case .nothing: false
        case .caption: !afterCaptions
        case .answer: true
        }
    }
}
