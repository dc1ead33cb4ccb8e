import ShotlistCore
import Synchronization

/// Notices an engine that is lost: it fails on every window that it is given, and would on all that are left.
final class FailureStreak: Sendable {
    private let count = Mutex(0)
    private let most: Int

    /// - Parameter inFlight: windows that the engine has at once. One failure may meet them all, and is no streak yet.
    init(inFlight: Int) {
        most = max(8, inFlight + 1)
    }

    /// Counts a window.
    ///
    /// - Parameters:
    ///   - before: the window as it came to the stage.
    ///   - after: the same as it left.
    /// - Returns: what ends the run, when this was one failure too many.
    func note(_ before: WindowItem, _ after: WindowItem) -> ShotlistError? {
        guard before.known == .nothing, before.window.status == .success else { return nil }
        guard let reason = after.window.reason, reason.code == ShotlistError.Code.engineFailed.rawValue else {
            count.withLock { $0 = 0 }
            return nil
        }
        let failed = count.withLock { count in
            count += 1
            return count
        }
        guard failed >= most else { return nil }
        return ShotlistError(
            .engineFailed, "The engine failed on \(failed) windows in a row, on the last one so: \(reason.message)",
            remedy: "Mend that and run the same command again; it asks for these windows anew.")
    }
}
