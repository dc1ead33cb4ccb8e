/// How often and after which pause something is tried again.
package struct S3Retries: Sendable {
    /// Failures in a row, without a byte in between, that end the trying.
    package var attempts = 7
    /// The longest pause that a server may ask for; one that asks for more is not waited for.
    package var longestPause = Duration.seconds(300)
    /// Waits; tests do not.
    package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// Called before each further try, with the reason, and with what else is to be known, such as what a listing leaves
    /// out.
    package var onRetry: @Sendable (String) -> Void = { _ in }

    /// The usual policy.
    package init() {}

    /// The pause after failure number `failures` (from 1): 0.5 to 32 s, doubled each time, unless the server asked for
    /// one. A part of it is left to chance, so that many who were sent away together do not come back together.
    func pause(after failures: Int, asked: Duration?) -> Duration {
        if let asked { return min(asked, longestPause) }
        let most = 0.5 * Double(1 << min(failures - 1, 6))
        return .seconds(Double.random(in: most / 2...most))
    }
}

/// A failure that may be gone when the same is tried again.
struct S3PassingFault: Error {
    /// What happened, as the end of a sentence.
    let reason: String
    /// The pause that the server asked for.
    var pause: Duration?
}
