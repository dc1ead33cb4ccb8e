import Dispatch

/// Does something at even distances, on a thread that no task can hold up.
final class Heart: Sendable {
    private let queue = DispatchQueue(label: "shotlist.worker.heart", qos: .userInteractive)
    private let timer: any DispatchSourceTimer

    /// Begins.
    ///
    /// - Parameter seconds: from one beat to the next.
    init(every seconds: Double, _ beat: @escaping @Sendable () -> Void) {
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + seconds, repeating: seconds)
        timer.setEventHandler(handler: beat)
        timer.resume()
    }

    deinit { timer.cancel() }

    /// Stops; no beat is under way when it returns.
    func stop() {
        timer.cancel()
        queue.sync {}
    }
}
