import Dispatch

/// Lets threads that need the same processors take turns, in the order in which they come.
///
/// Two computations at once on the same cores are slower than one after the other: each waits at every step for threads
/// that the other has displaced. All turns are taken on one thread, since OpenMP keeps a team of threads for each that
/// computes: with two teams it knows more threads than there are cores, and its threads then sleep at every step of a
/// computation and have to be woken, which cost a tenth of the time where it was measured.
final class Turns: Sendable {
    /// The turns at this machine's processors, which all models of the process take.
    static let processors = Turns()

    /// At most one for each thread that computes, since each waits for its end.
    private let waiting = Mailbox<Turn>()

    private init() {
        LoopThread.start("shotlist-compute") { [waiting] in
            while true {
                for turn in waiting.take(waiting: true) { turn.run() }
            }
        }
    }

    /// Work, and who waits for its end.
    ///
    /// Unchecked: the work is handed over before the thread sees it, and let go of before who waits goes on.
    private final class Turn: @unchecked Sendable {
        private var work: (() -> Void)?
        let done = DispatchSemaphore(value: 0)

        init(_ work: @escaping () -> Void) { self.work = work }

        func run() {
            work?()
            work = nil
            done.signal()
        }
    }

    /// Does something when it is this thread's turn, and waits for its end.
    func take<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        var result: Result<Value, Failure>?
        withoutActuallyEscaping({ result = Result(catching: body) }) { work in
            let turn = Turn(work)
            waiting.post(turn)
            turn.done.wait()
        }
        guard let result else { preconditionFailure("a turn ended without being taken") }
        return try result.get()
    }
}
