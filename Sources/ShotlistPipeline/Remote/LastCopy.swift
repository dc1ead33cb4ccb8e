import ShotlistCore
import Synchronization

/// Whether the last copy of the ledger of an output in a bucket got there.
package final class LastCopy: Sendable {
    private let failure = Mutex<ShotlistError?>(nil)

    package init() {}

    package func take(_ event: RunEvent) {
        switch event {
        case .ledgerCopied: failure.withLock { $0 = nil }
        case .ledgerNotCopied(let error):
            let told =
                error as? ShotlistError
                ?? ShotlistError(.internalFailure, "\(error).", remedy: "Please report it.")
            failure.withLock { $0 = told }
        default: break
        }
    }

    /// What a shard ends with where it did not.
    package var error: ShotlistError? {
        failure.withLock { $0 }.map { error in
            ShotlistError(
                error.code, "The shard's ledger did not get into the bucket, and so it cannot be merged. \(error)",
                remedy: "The same command again sends it; on this machine nothing is done again.")
        }
    }
}
