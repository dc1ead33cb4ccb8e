import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistStorage
import Synchronization

/// Takes lines, gives tasks to a session with their flags, and answers.
struct Worker: Sendable {
    let outputPath: String
    let name: String
    let heartbeat: Double
    let terminal: Terminal

    /// How serving a feeder ended.
    enum End: Sendable {
        /// Its input ended.
        case inputEnded
        /// It asked for the worker's end.
        case drained
        /// The worker is to stop, or the feeder is gone.
        case stopped
    }

    /// Serves a feeder until its input ends.
    ///
    /// - Throws: ``ShotlistError`` when a run that worked on tasks has failed; these were told so.
    func serve(input: Int32, output: Int32) async throws -> End {
        let stopping = Stopping()
        let lines = WorkerLines(input: input, output: output) { stopping.stop() }
        let book = WorkerBook(holds: S3Location.isOne(outputPath)) { lines.say($0) }
        lines.say(.hello(WorkerAnswer.Hello(name: name, host: LedgerLock.host(), pid: getpid())))
        let heart = Heart(every: heartbeat) { lines.say(.heartbeat(book.heartbeat)) }
        let work = Task { try await self.work(lines, book, stopping) }
        stopping.begin { work.cancel() }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        // Nothing is said after the last line, and no task stays without an answer.
        heart.stop()
        func bye(_ reason: String, _ status: String, _ error: ShotlistError? = nil) {
            book.endAll(status: status, error)
            lines.say(.bye(WorkerAnswer.Bye(reason: reason, tasks: book.finished)))
            lines.close()
        }
        if let failure = stopping.failure {
            bye("failed", "failed", failure)
            throw failure
        }
        do {
            let end = try result.get()
            bye("drained", "cancelled")
            return end
        } catch is CancellationError {
            bye("stopped", "cancelled")
            return .stopped
        } catch {
            bye("failed", "failed", error as? ShotlistError)
            throw error
        }
    }

    private func work(_ lines: WorkerLines, _ book: WorkerBook, _ stopping: Stopping) async throws -> End {
        var session: WorkerSession?
        var end = End.inputEnded
        do {
            while let line = try await lines.next() {
                do throws(WorkerRefusal) {
                    guard case .task(let task) = try Self.request(line) else {
                        end = .drained
                        break
                    }
                    guard !book.has(task.id) else {
                        throw WorkerRefusal(
                            id: task.id, code: "bad_line", message: "The task '\(task.id)' is under way already.")
                    }
                    await book.room()
                    if let open = session, open.arguments != task.arguments {
                        try check(task)
                        session = nil
                        await open.stop(afterAll: true)
                        if Task.isCancelled { break }
                    }
                    if session == nil { session = try begin(task, book, stopping) }
                    await session?.give(task)
                } catch {
                    lines.say(
                        .error(
                            WorkerAnswer.Refused(
                                id: error.id, code: error.code, message: error.message, remedy: error.remedy)))
                }
                try Task.checkCancellation()
            }
            try Task.checkCancellation()
            try await session?.finish()
            return end
        } catch {
            // Stopped: what is on its way is brought to its end, and all tasks are answered.
            await session?.stop(afterAll: false)
            throw error
        }
    }

    private func check(_ task: WorkerTask) throws(WorkerRefusal) {
        do throws(ShotlistError) {
            try WorkerSession.check(task.arguments, outputPath: outputPath, name: name, terminal: terminal)
        } catch {
            throw WorkerRefusal(id: task.id, error)
        }
    }

    /// Begins to work on tasks with the flags of one.
    private func begin(
        _ task: WorkerTask, _ book: WorkerBook, _ stopping: Stopping
    ) throws(WorkerRefusal) -> WorkerSession {
        do throws(ShotlistError) {
            return try WorkerSession(
                task.arguments, outputPath: outputPath, name: name, book: book, terminal: terminal
            ) { stopping.stop(for: $0) }
        } catch {
            throw WorkerRefusal(id: task.id, error)
        }
    }

    private static func request(_ line: WorkerLines.Line) throws(WorkerRefusal) -> WorkerRequest {
        switch line {
        case .bytes(let bytes): return try WorkerRequest(line: bytes)
        case .tooLong:
            throw WorkerRefusal(
                code: "bad_line", message: "The line is longer than \(WorkerProtocol.mostBytes) bytes.",
                remedy: "Give fewer videos in a task.")
        }
    }
}
