/// How often and after which pause something is tried again.
package struct RetryPolicy: Sendable {
    /// Failures in a row, without a byte in between, that end the trying.
    package var attempts = 6
    /// The longest pause that a server may ask for; one that asks for more is not waited for.
    package var longestPause = Duration.seconds(300)
    /// Waits; tests do not.
    package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    /// The usual policy.
    package init() {}

    /// The pause after failure number `failures` (from 1): 1, 2, 4, 8, 16 s, unless the server asked for one.
    func pause(after failures: Int, asked: Duration?) -> Duration {
        asked ?? .seconds(1 << min(failures - 1, 4))
    }
}

/// A failure that may be gone when the same is tried again.
struct PassingFault: Error {
    /// What happened, as the end of a sentence.
    let reason: String
    /// The pause that the server asked for.
    var pause: Duration?
    /// Whether the file's bytes were other than the hub says: that is tried once more, not often.
    var isWrongContent = false
}
