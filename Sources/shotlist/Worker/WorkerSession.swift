import Foundation
import ShotlistCore
import ShotlistPipeline
import ShotlistStorage
import Synchronization

/// A run that works on tasks with the same flags, for as long as there are any: the model stays loaded, and their windows share
/// its batch.
final class WorkerSession: Sendable {
    /// The flags.
    let arguments: [String]
    private let root: String
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
        guard !S3Location.isOne(command.input.videoDir), !S3Location.isOne(outputPath) else {
            throw ShotlistError(
                .notAvailable, "Workers read from folders and write to folders in this release, and not to buckets.",
                remedy: "Give a folder that all machines share.")
        }
        let reader = try VideoReader(inputVideoPath: command.input.videoDir, verbose: command.machine.verbose)
        let videos = ArrivingVideos(reader: reader)
        let pipeline = try command.pipeline(terminal, arriving: videos, share: .worker(name))
        let trace = RunTrace(terminal)
        let options = try command.workerOptions(terminal) { event in
            trace?.take(event)
            if let path = book.take(event) { videos.done(path) }
            switch event {
            case .warning(let text): terminal.say(text, level: .warning)
            case .note(let text): terminal.say(text)
            default: break
            }
        }
        self.arguments = arguments
        self.book = book
        self.videos = videos
        root = reader.inputVideoPath
        drawsPreviews = command.generatePreviews
        running = Task {
            do {
                let summary = try await pipeline.run(options: options)
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

    /// Takes a task.
    func give(_ task: WorkerTask) {
        book.begin(task, drawsPreviews: drawsPreviews)
        var files: [VideoFile] = []
        var others: [(String, ShotlistError)] = []
        for item in task.items {
            do throws(ShotlistError) {
                files.append(try file(item))
            } catch {
                others.append((item.path, error))
            }
        }
        videos.add(files)
        for (path, error) in others { book.end(path, error) }
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
        let videos = ArrivingVideos(reader: try VideoReader(inputVideoPath: command.input.videoDir))
        _ = try command.pipeline(terminal, arriving: videos, share: .worker(name))
        _ = try command.workerOptions(terminal) { _ in }
    }

    private func file(_ item: WorkerTask.Item) throws(ShotlistError) -> VideoFile {
        let below = root == "." ? "" : root == "/" ? "/" : root + "/"
        let relative: String
        if item.path == root {
            relative = URL(filePath: root).lastPathComponent
        } else {
            guard item.path.utf8.starts(with: below.utf8) else { throw outside(item.path) }
            relative = String(decoding: item.path.utf8.dropFirst(below.utf8.count), as: UTF8.self)
        }
        let steps = relative.split(separator: "/", omittingEmptySubsequences: false)
        guard steps.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { throw outside(item.path) }
        let attributes = try? FileManager.default.attributesOfItem(atPath: item.path)
        return VideoFile(
            inputPath: item.path, relativePath: relative, sizeInBytes: attributes?[.size] as? Int ?? 0, span: item.span)
    }

    private func outside(_ path: String) -> ShotlistError {
        ShotlistError(
            .unreadable, "'\(path.printable)' is not below '\(root)', which --video-dir names.",
            remedy: "Name videos as a run over that folder does: the folder as it was given, and the path below it.")
    }
}
