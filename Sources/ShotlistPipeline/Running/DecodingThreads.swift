import ShotlistCore
import Synchronization

/// Shares the run's threads, and memory for pictures, among the clips that are decoded at the same time.
///
/// A clip that begins when no other is worked on gets all threads, one that begins beside others what is left, at least
/// one; it keeps them until it is done. Where pictures are so large that one more clip would take too much memory, it
/// waits until another is done.
package final class DecodingThreads: Sendable {
    private let total: Int
    private let state = Mutex(State())

    /// What one clip has.
    package struct Share: Sendable {
        /// Threads to decode and scale with, at least 1.
        package let threads: Int
        fileprivate let bytes: Int
    }

    private struct State {
        var threads = 0
        var bytes = 0
        var clips = 0
        var waiting: [(size: PixelSize, go: CheckedContinuation<Share, Never>)] = []
    }

    /// What the pictures that a clip's threads work on may hold, in bytes.
    private static let mostOfThreads = 128 << 20
    /// What the pictures of all clips may hold together, in bytes, where the threads are few.
    private static let mostOfAll = 256 << 20
    private static let mostForEachThread = 80 << 20

    /// Shares `total` threads, at least 1.
    package init(_ total: Int) { self.total = total }

    /// How many clips wait for memory.
    package var waiting: Int { state.withLock { $0.waiting.count } }

    /// A share for one more clip of pictures of `size`. Who waits longer comes first; a run that is stopped gives back
    /// what its clips have, so that nobody waits for ever.
    package func take(for size: PixelSize) async -> Share {
        await withCheckedContinuation { continuation in
            let share = state.withLock { state -> Share? in
                if state.waiting.isEmpty, let share = take(for: size, from: &state) { return share }
                state.waiting.append((size, continuation))
                return nil
            }
            if let share { continuation.resume(returning: share) }
        }
    }

    /// Gives back what a clip had.
    package func giveBack(_ share: Share) {
        let ready = state.withLock { state in
            state.threads -= share.threads
            state.bytes -= share.bytes
            state.clips -= 1
            var ready: [(CheckedContinuation<Share, Never>, Share)] = []
            while let next = state.waiting.first, let share = take(for: next.size, from: &state) {
                state.waiting.removeFirst()
                ready.append((next.go, share))
            }
            return ready
        }
        for (continuation, share) in ready { continuation.resume(returning: share) }
    }

    private func take(for size: PixelSize, from state: inout State) -> Share? {
        // A thread holds a picture as it was decoded and one in RGB.
        let most = max(2, Self.mostOfThreads / max(1, size.area * 9 / 2))
        let threads = min(most, max(1, total - state.threads))
        let bytes = Self.bytes(of: size, threads: threads)
        guard state.clips == 0 || state.bytes + bytes <= max(Self.mostOfAll, total * Self.mostForEachThread) else {
            return nil
        }
        state.threads += threads
        state.bytes += bytes
        state.clips += 1
        return Share(threads: threads, bytes: bytes)
    }

    /// What decoding holds: some six pictures in 4:2:0 that others refer to or that are not shown yet, and for each thread
    /// two more and one in RGB.
    private static func bytes(of size: PixelSize, threads: Int) -> Int {
        size.area * 3 / 2 * (6 + 2 * threads) + size.area * 3 * threads
    }
}
