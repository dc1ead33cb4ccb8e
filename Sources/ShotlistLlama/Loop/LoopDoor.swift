import Synchronization

/// The way from Swift's tasks to a loop that works on a thread of its own.
final class LoopDoor<Model: LoopModel>: Sendable {
    private let mailbox: Mailbox<BatchLoop<Model>.Message>
    private let waiters: Waiters
    private let lastID = Atomic(0)

    private init(_ mailbox: Mailbox<BatchLoop<Model>.Message>, _ waiters: Waiters) {
        self.mailbox = mailbox
        self.waiters = waiters
    }

    /// Starts the thread and loads the model on it.
    ///
    /// - Throws: what `load` throws; `CancellationError`.
    static func start(_ load: @escaping @Sendable (AbortFlag) throws -> Model) async throws -> (
        LoopDoor, Model.Facts
    ) {
        let abort = AbortFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                LoopThread.start("shotlist-engine") {
                    for ending in work(load, abort, continuation) { ending.resume() }
                }
            }
        } onCancel: {
            abort.set()
        }
    }

    /// Loads the model and works with it; it is let go of before this returns.
    private static func work(
        _ load: (AbortFlag) throws -> Model, _ abort: AbortFlag,
        _ continuation: CheckedContinuation<(LoopDoor, Model.Facts), any Error>
    ) -> [CheckedContinuation<Void, Never>] {
        do {
            let model = try load(abort)
            let (mailbox, waiters) = (Mailbox<BatchLoop<Model>.Message>(), Waiters())
            let loop = BatchLoop(model: model, mailbox: mailbox, waiters: waiters)
            continuation.resume(returning: (LoopDoor(mailbox, waiters), model.facts))
            return loop.run()
        } catch {
            continuation.resume(throwing: error)
            return []
        }
    }

    /// Shows the model something for as long as `body` runs, which is given a number to ask about it by.
    func showing<Result: Sendable>(
        _ content: Model.Content, asksAgain: Bool, _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let id = lastID.add(1, ordering: .relaxed).newValue
        let abort = AbortFlag()
        waiters.open(id, abort)
        mailbox.post(.show(id, content, asksAgain: asksAgain, abort))
        defer {
            waiters.close(id)
            mailbox.post(.close(id))
        }
        return try await body(id)
    }

    /// Asks about what was shown.
    ///
    /// - Throws: ``ShotlistError``; `CancellationError` when the task was cancelled or the loop has ended.
    func ask(_ question: Model.Question, about id: Int) async throws -> LoopAnswer {
        waiters.add(id)
        defer { waiters.remove(id) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { reply in
                if !mailbox.post(.ask(id, question, reply)) { reply.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            waiters.cancel(id)
            mailbox.post(.cancel(id))
        }
    }

    /// Lets go of the model and ends the thread.
    func end() async {
        await withCheckedContinuation { continuation in
            if !mailbox.post(.end(continuation)) { continuation.resume() }
        }
    }
}
