import Synchronization

/// What a stage, itself a value, keeps from `setUp` to `tearDown`.
final class StageState<Value: Sendable>: Sendable {
    private let stored = Mutex<Value?>(nil)

    var value: Value? {
        stored.withLock { $0 }
    }

    func set(_ value: Value?) {
        stored.withLock { $0 = value }
    }
}
