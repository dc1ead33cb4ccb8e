import ShotlistCore
import Synchronization

/// Shares the run's threads among the clips that are decoded at the same time: a clip that begins when no other is
/// worked on gets all of them, one that begins beside others what is left, at least one. It keeps them until it is
/// done.
final class DecodingThreads: Sendable {
    private let total: Int
    private let taken = Mutex(0)

    /// What the pictures that a thread works on may hold, in bytes, for all threads of one clip together.
    private static let mostBytes = 128 << 20

    init(_ total: Int) { self.total = total }

    /// Threads for one more clip of pictures of `size`, at least 1.
    func take(for size: PixelSize) -> Int {
        // A thread holds a picture as it was decoded and one in RGB.
        let most = max(2, Self.mostBytes / max(1, size.area * 9 / 2))
        return taken.withLock { taken in
            let share = min(most, max(1, total - taken))
            taken += share
            return share
        }
    }

    /// Gives back what a clip had.
    func giveBack(_ share: Int) {
        taken.withLock { $0 -= share }
    }
}
