import ShotlistCore
import Synchronization

/// For how long a worker whose output is in a bucket goes on though its ledger's copy does not get there. What it does
/// meanwhile nobody else knows, and its answers wait.
package final class CopyPatience: Sendable {
    private let most: Duration
    /// Since when no copy could be made.
    private let since = Mutex<ContinuousClock.Instant?>(nil)

    package init(most: Duration = .seconds(300)) {
        self.most = most
    }

    /// A copy is there.
    package func isCopied() { since.withLock { $0 = nil } }

    /// Takes that a copy could not be made.
    ///
    /// - Returns: what the worker is to end with; nil as long as it may still come right, as when a full disk gets room.
    package func ends(at error: any Error, now: ContinuousClock.Instant = .now) -> ShotlistError? {
        let known = error as? ShotlistError
        let began = since.withLock { since in
            since = since ?? now
            return since ?? now
        }
        let isFinal = known.map { $0.endsRun || $0.code == .outputInUse } ?? false
        guard isFinal || now - began >= most else { return nil }
        return known
            ?? ShotlistError(
                .internalFailure, "The ledger cannot be copied into the bucket: \(error).", remedy: "Please report it.")
    }
}
