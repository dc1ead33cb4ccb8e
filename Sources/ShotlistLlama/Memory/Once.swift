import ShotlistCore
import Synchronization

/// A value that is made when it is first asked for.
final class Once<Value: Sendable>: Sendable {
    private let stored = Mutex<Value?>(nil)

    /// The value; a failure to make it is not kept.
    func value(_ make: () throws(ShotlistError) -> Value) throws(ShotlistError) -> Value {
        if let known = stored.withLock({ $0 }) { return known }
        let made = try make()
        stored.withLock { $0 = made }
        return made
    }
}
