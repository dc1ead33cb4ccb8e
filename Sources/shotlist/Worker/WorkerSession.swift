import Foundation
import ShotlistCore
import ShotlistPipeline
import Synchronization

/// A run that works on tasks with the same flags, for as long as there are any: the model stays loaded, and their windows share
/// its batch.
final class WorkerSession: Sendable {
    /// The flags.
    let arguments: [String]
    private let finder: WorkerVideos
    private let failure: Failure
    private let drawsPreviews: Bool
    private let videos: ArrivingVideos
    private let book: WorkerBook
    private let running: Task<Void, any Error>

    /// Begins.
    ///
    /// - Parameters:
    ///   - name: the worker's.
    ///   - onFailure: called when the run ends before it was told to.
    /// - Throws: ``ShotlistError`` for flags that cannot be carried out.
    init(
        _ arguments: [String], outputPath: String, name: String, book: WorkerBook, terminal: Terminal,
        onFailure: @escaping @Sendable (ShotlistError) -> Void
    ) throws(ShotlistError) {
        let command = try WorkerFlags.run(arguments, outputPath: outputPath)
        let finder = try WorkerVideos(command.input, terminal, verbose: command.machine.verbose)
        let videos = ArrivingVideos(reader: finder.reader)
        let pipeline = try command.pipeline(terminal, arriving: videos, share: .worker(name))
        let trace = RunTrace(terminal)
        let failure = Failure(onFailure)
        let patience = CopyPatience()
        var options = try command.workerOptions(terminal) { event in
            trace?.take(event)
            if let path = book.take(event) { videos.done(path) }
            switch event {
            case .warning(let text): terminal.say(text, level: .warning)
            case .note(let text): terminal.say(text)
            case .ledgerCopied: patience.isCopied()
            case .ledgerNotCopied(let error):
                // Answers would wait for a copy that never comes.
                if let error = patience.ends(at: error), error.code != .cancelled { failure.end(with: error) }
            default: break
            }
        }
        options.wantsCopy = { book.waitsForCopy }
        self.arguments = arguments
        self.failure = failure
        self.book = book
        self.videos = videos
        self.finder = finder
        drawsPreviews = command.generatePreviews
        running = Task { [options] in
            do {
                let summary = try await pipeline.run(options: options)
                if let told = failure.error { throw told }
                book.endAll(status: "cancelled")
                if summary.cancelled { throw CancellationError() }
            } catch {
                let known = error as? ShotlistError
                guard !(error is CancellationError), known?.code != .cancelled else {
                    book.endAll(status: "cancelled")
                    throw CancellationError()
                }
                let told = known ?? ShotlistError(.internalFailure, "\(error)", remedy: "Please report it.")
                book.endAll(status: "failed", told)
                onFailure(told)
                throw told
            }
        }
    }

    /// Why everything ends that is no fault of a video; the first reason counts.
    private final class Failure: Sendable {
        private let first = Mutex<ShotlistError?>(nil)
        private let onFailure: @Sendable (ShotlistError) -> Void

        init(_ onFailure: @escaping @Sendable (ShotlistError) -> Void) {
            self.onFailure = onFailure
        }

        var error: ShotlistError? { first.withLock { $0 } }

        func end(with error: ShotlistError) {
            first.withLock { if $0 == nil { $0 = error } }
            onFailure(error)
        }
    }

    /// Takes a task.
    func give(_ task: WorkerTask) async {
        book.begin(task, drawsPreviews: drawsPreviews)
        do throws(ShotlistError) {
            let found = try await finder.files(of: task.items)
            videos.add(found.files)
            for (place, error) in found.others { book.end(task: task.id, video: place, error) }
        } catch {
            // It is no video's fault; the task is answered when everything ends.
            if error.code != .cancelled { failure.end(with: error) }
        }
    }

    /// Waits until everything that it was given is done, and gives the model back.
    ///
    /// - Throws: ``ShotlistError`` when the run failed; `CancellationError` when it was stopped.
    func finish() async throws {
        videos.end()
        try await withTaskCancellationHandler {
            try await running.value
        } onCancel: {
            running.cancel()
        }
    }

    /// Ends the run, and waits until all its tasks are answered.
    ///
    /// - Parameter afterAll: whether what it was given is done before.
    func stop(afterAll: Bool) async {
        if afterAll { videos.end() } else { running.cancel() }
        // How it ended its tasks were told.
        await withTaskCancellationHandler {
            _ = await running.result
        } onCancel: {
            running.cancel()
        }
    }

    /// Throws for flags that cannot be carried out, before a session with others is ended for them.
    static func check(
        _ arguments: [String], outputPath: String, name: String, terminal: Terminal
    ) throws(ShotlistError) {
        let command = try WorkerFlags.run(arguments, outputPath: outputPath)
        let videos = ArrivingVideos(reader: try WorkerVideos(command.input, terminal).reader)
        _ = try command.pipeline(terminal, arriving: videos, share: .worker(name))
        _ = try command.workerOptions(terminal) { _ in }
    }
}
