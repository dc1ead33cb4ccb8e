import Dispatch
import ShotlistPipeline

/// Does something at even distances, on a thread that no task can hold up.
final class Heart: Sendable {
    private let queue = DispatchQueue(label: "shotlist.worker.heart", qos: .userInteractive)
    private let isOver = CancellationFlag()

    /// Begins.
    ///
    /// - Parameter seconds: from one beat to the next.
    init(every seconds: Double, _ beat: @escaping @Sendable () -> Void) {
        Self.go(on: queue, seconds, isOver, beat)
    }

    private static func go(
        on queue: DispatchQueue, _ seconds: Double, _ isOver: CancellationFlag, _ beat: @escaping @Sendable () -> Void
    ) {
        queue.asyncAfter(deadline: .now() + seconds) {
            guard !isOver.isSet else { return }
            beat()
            go(on: queue, seconds, isOver, beat)
        }
    }

    /// Stops; no beat is under way when it returns.
    func stop() {
        isOver.set()
        queue.sync {}
    }
}
