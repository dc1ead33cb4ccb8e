import NIOPosix
import ShotlistCore

/// Threads for calls that block, so that they never hold one of Swift's cooperative threads.
///
/// The queue before the threads is as long as the number of tasks that wait in ``run(_:)``; each stage bounds its
/// own tasks.
public final class BlockingPool: Sendable {
    private let pool: NIOThreadPool

    /// Starts `threads` threads.
    public init(threads: Int) {
        pool = NIOThreadPool(numberOfThreads: max(1, threads))
        pool.start()
    }

    /// Runs `body` on one of the threads and waits for it without blocking.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(body)
    }

    /// Ends the threads; no call follows.
    public func shutDown() async {
        // Ending threads can only fail when it was done before, which leaves nothing to do.
        try? await pool.shutdownGracefully()
    }
}
