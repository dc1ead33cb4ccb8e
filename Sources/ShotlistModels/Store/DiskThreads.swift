import NIOPosix

/// Threads for calls that block, so that reading, hashing and writing hold none of Swift's cooperative threads.
final class DiskThreads: Sendable {
    private let pool: NIOThreadPool

    init(count: Int) {
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    /// Runs `body` on one of the threads.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(body)
    }

    /// Ends the threads; no call follows.
    func shutDown() async {
        // Ending threads can only fail when it was done before.
        try? await pool.shutdownGracefully()
    }
}
