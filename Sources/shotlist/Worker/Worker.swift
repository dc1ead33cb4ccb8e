import Foundation
import ShotlistCore
import ShotlistLedger
import Synchronization

/// Takes lines, gives tasks to a session with their flags, and answers.
struct Worker: Sendable {
    let outputPath: String
    let name: String
    let heartbeat: Double
    let terminal: Terminal

    /// Serves a feeder until its input ends.
    ///
    /// - Returns: the code of the process.
    /// - Throws: ``ShotlistError`` when a run that worked on tasks has failed; these were told so.
    func serve(input: Int32, output: Int32) async throws -> Int32 {
        let stopping = Stopping()
        let lines = WorkerLines(input: input, output: output) { stopping.stop() }
        let book = WorkerBook { lines.say($0) }
        lines.say(.hello(WorkerAnswer.Hello(name: name, host: LedgerLock.host(), pid: getpid())))
        let beating = Task {
            while (try? await Task.sleep(for: .seconds(heartbeat))) != nil { lines.say(.heartbeat(book.heartbeat)) }
        }
        defer { beating.cancel() }
        let work = Task { try await self.work(lines, book, stopping) }
        stopping.begin(work)
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        func bye(_ reason: String) { lines.say(.bye(WorkerAnswer.Bye(reason: reason, tasks: book.finished))) }
        if let failure = stopping.failure {
            bye("failed")
            throw failure
        }
        do {
            try result.get()
            bye("drained")
        } catch is CancellationError {
            bye("stopped")
        } catch {
            bye("failed")
            throw error
        }
        return 0
    }

    private func work(_ lines: WorkerLines, _ book: WorkerBook, _ stopping: Stopping) async throws {
        var session: WorkerSession?
        do {
            while let line = try await lines.next() {
                do throws(WorkerRefusal) {
                    guard case .task(let task) = try Self.request(line) else { break }
                    guard !book.has(task.id) else {
                        throw WorkerRefusal(
                            id: task.id, code: "bad_line", message: "The task '\(task.id)' is under way already.")
                    }
                    await book.room()
                    if let open = session, open.arguments != task.arguments {
                        session = nil
                        await open.stop(afterAll: true)
                    }
                    if session == nil { session = try begin(task, book, stopping) }
                    session?.give(task)
                } catch {
                    lines.say(
                        .error(
                            WorkerAnswer.Refused(
                                id: error.id, code: error.code, message: error.message, remedy: error.remedy)))
                }
                try Task.checkCancellation()
            }
            try await session?.finish()
        } catch {
            // Stopped: what is on its way is brought to its end, and all tasks are answered.
            await session?.stop(afterAll: false)
            throw error
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
            throw WorkerRefusal(
                id: task.id, code: error.code.rawValue, message: error.message, remedy: error.remedy)
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
