import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistPipeline
import Synchronization

/// The tasks that a worker has, and how far each is; told by the events of the run that works on them.
final class WorkerBook: Sendable {
    fileprivate struct Entry {
        var done: WorkerAnswer.Done
        let began = ContinuousClock.now
        var open: Int
        /// Whether previews are asked for.
        let drawsPreviews: Bool
        var summary = RunSummary()
    }

    /// Where a video's events count: of two parts of one video the first is worked on first.
    fileprivate struct Place: Sendable {
        let task: String
        let video: Int
        /// Whether the run was stopped before it came to all of it, so that its end is none.
        var isCancelled = false
    }

    fileprivate struct State {
        var tasks: [String: Entry] = [:]
        var places: [PathKey: [Place]] = [:]
        var finished = 0
        var windows = 0
        var tokens = 0
        var waiting: CheckedContinuation<Void, Never>?
        /// Answers to tasks that are gone through, until a copy of the ledger that knows of them is in the bucket: those that the
        /// next copy will, and those that the one that is being made does.
        var held: [WorkerAnswer.Done] = []
        var copying: [WorkerAnswer.Done] = []

        var names: [String] { tasks.keys + (held + copying).map(\.id) }
    }

    private let state = Mutex(State())
    private let say: @Sendable (WorkerAnswer) -> Void
    private let began = ContinuousClock.now
    /// Whether an answer waits for a copy of the ledger: a node that is lost with its ledger must not have said that it is done.
    private let holds: Bool

    init(holds: Bool = false, say: @escaping @Sendable (WorkerAnswer) -> Void) {
        self.holds = holds
        self.say = say
    }

    /// Whether answers wait for a copy of the ledger.
    var waitsForCopy: Bool { state.withLock { !$0.held.isEmpty || !$0.copying.isEmpty } }

    /// Whether a task of this name is under way.
    func has(_ id: String) -> Bool { state.withLock { $0.names.contains(id) } }

    /// Waits until there is room for another task, or until the worker is to stop.
    func room() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state -> Bool in
                    if state.names.count < WorkerProtocol.mostTasks || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.take() }?.resume()
        }
    }

    /// Begins a task.
    ///
    /// - Parameter drawsPreviews: whether previews are asked for.
    func begin(_ task: WorkerTask, drawsPreviews: Bool) {
        state.withLock { state in
            let videos = task.items.map { WorkerAnswer.Video(path: $0.path) }
            state.tasks[task.id] = Entry(
                done: WorkerAnswer.Done(
                    id: task.id, status: "done", seconds: 0, videos: videos, counts: WorkerAnswer.Counts()),
                open: videos.count, drawsPreviews: drawsPreviews)
            for (place, item) in task.items.enumerated() {
                state.places[PathKey(item.path), default: []].append(Place(task: task.id, video: place))
            }
        }
        say(.started(WorkerAnswer.Started(id: task.id)))
    }

    /// Takes what happened.
    ///
    /// - Returns: the video that is done with by it; nil where none is.
    func take(_ event: RunEvent) -> String? {
        switch event {
        case .windowFinished(let window, let clip): count(window, of: clip, known: .nothing)
        case .windowKept(let window, let clip): count(window, of: clip, known: .answer)
        case .clipFinished(let clip):
            change(clip.clip.video.inputPath) { video, summary in
                video.clips += 1
                summary.add(clip)
            }
            if clip.windows.contains(where: \.wasLeft) { cancel(clip.clip.video.inputPath) }
        case .clipKept(let clip, let windows):
            change(clip.video.inputPath) { $0.keep(clips: 1, windows, &$1) }
        case .videoKept(let file, let clips, let windows):
            change(file.inputPath) { $0.keep(clips: clips, windows, &$1) }
            return end(file.inputPath)
        case .videoFailed(let file, let error):
            return end(file.inputPath, error)
        case .videoFinished(let video) where video.video != nil:
            return end(video.file.inputPath, isLeft: !video.isSettled)
        case .ledgerCopying:
            state.withLock { state in
                state.copying += state.held
                state.held = []
            }
        case .ledgerCopied: sayCopied()
        default: break
        }
        return nil
    }

    private func sayCopied() {
        let (answers, waiting) = state.withLock { state in
            let answers = state.copying
            state.copying = []
            return (answers, answers.isEmpty ? nil : state.waiting.take())
        }
        for answer in answers { say(.done(answer)) }
        waiting?.resume()
    }

    private func count(_ window: Window, of clip: Clip, known: KnownWork) {
        state.withLock { state in
            state.windows += 1
            if known != .answer { state.tokens += window.captionRecord?.outputTokens ?? 0 }
            guard let place = state.places[PathKey(clip.video.inputPath)]?.first else { return }
            state.tasks[place.task]?.done.videos[place.video].windows += 1
            if known == .answer { state.tasks[place.task]?.done.videos[place.video].keptWindows += 1 }
            state.tasks[place.task]?.summary.add(window, known: known)
            if state.tasks[place.task]?.drawsPreviews == true, window.hasPreview, window.previewReason == nil {
                state.tasks[place.task]?.summary.previews += 1
            }
        }
    }

    private func change(
        _ path: String, _ change: (inout WorkerAnswer.Video, inout RunSummary) -> Void
    ) {
        state.withLock { state in
            guard let place = state.places[PathKey(path)]?.first, var entry = state.tasks[place.task] else { return }
            change(&entry.done.videos[place.video], &entry.summary)
            state.tasks[place.task] = entry
        }
    }

    /// The run was stopped before it came to all of a video.
    private func cancel(_ path: String) {
        state.withLock { $0.places[PathKey(path)]?[0].isCancelled = true }
    }

    /// Ends a video, and its task with it when it was the last one.
    ///
    /// - Parameter isLeft: whether something of it is left to do, since the machine failed and not the video.
    /// - Returns: its path.
    private func end(_ path: String, _ error: ShotlistError? = nil, isLeft: Bool = false) -> String? {
        end(path, error, isLeft: isLeft) { _ in true }
        return path
    }

    /// Ends a video of a task that the run is not given.
    ///
    /// - Parameter video: which of the task's.
    func end(task: String, video: Int, _ error: ShotlistError) {
        guard let path = state.withLock({ $0.tasks[task]?.done.videos[video].path }) else { return }
        end(path, error, isLeft: false) { $0.task == task && $0.video == video }
    }

    private func end(
        _ path: String, _ error: ShotlistError?, isLeft: Bool, where isMeant: (Place) -> Bool
    ) {
        let (answer, waiting) = state.withLock { state -> (WorkerAnswer.Done?, CheckedContinuation<Void, Never>?) in
            guard let index = state.places[PathKey(path)]?.firstIndex(where: isMeant),
                let place = state.places[PathKey(path)]?[index], !place.isCancelled, var entry = state.tasks[place.task]
            else { return (nil, nil) }
            state.places[PathKey(path)]?.remove(at: index)
            if state.places[PathKey(path)]?.isEmpty == true { state.places[PathKey(path)] = nil }
            entry.done.videos[place.video].end(error, isLeft: isLeft)
            entry.open -= 1
            guard entry.open == 0 else {
                state.tasks[place.task] = entry
                return (nil, nil)
            }
            state.tasks[place.task] = nil
            state.finished += 1
            guard !holds else {
                state.held.append(entry.answer)
                return (nil, nil)
            }
            return (entry.answer, state.waiting.take())
        }
        if let answer { say(.done(answer)) }
        waiting?.resume()
    }

    /// Ends every task that is not done.
    func endAll(status: String, _ error: ShotlistError? = nil) {
        let (answers, waiting) = state.withLock { state in
            let answers = state.tasks.values.map(\.answer) + state.held + state.copying
            (state.tasks, state.places, state.held, state.copying) = ([:], [:], [], [])
            return (answers, state.waiting.take())
        }
        for var answer in answers.sorted(by: { $0.id < $1.id }) {
            answer.status = status
            (answer.code, answer.message) = (error?.code.rawValue, error?.description)
            say(.done(answer))
        }
        waiting?.resume()
    }

    /// The tasks that were gone through.
    var finished: Int { state.withLock { $0.finished } }

    /// What a heartbeat tells.
    var heartbeat: WorkerAnswer.Heartbeat {
        state.withLock { state in
            WorkerAnswer.Heartbeat(
                tasks: state.names.sorted(), windows: state.windows, tokens: state.tokens,
                seconds: (ContinuousClock.now - began) / .seconds(1))
        }
    }
}

extension WorkerBook.Entry {
    fileprivate var answer: WorkerAnswer.Done {
        var answer = done
        answer.seconds = (ContinuousClock.now - began) / .seconds(1)
        answer.counts = WorkerAnswer.Counts(
            clips: summary.clips, clipsWithErrors: summary.clipsWithErrors, clipsSkipped: summary.clipsSkipped,
            windows: summary.windows, keptWindows: summary.keptWindows, statuses: summary.statuses,
            reasons: summary.reasons, previews: summary.previews, previewsFailed: summary.previewsFailed,
            promptTokens: summary.promptTokens, outputTokens: summary.outputTokens)
        return answer
    }
}
