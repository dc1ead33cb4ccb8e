import Synchronization

/// Says to code that blocks, and so cannot see its task's cancellation, that it should stop.
public final class CancellationFlag: Sendable {
    private let state = Atomic(false)

    /// A flag that is not set.
    public init() {}

    /// Whether to stop.
    public var isSet: Bool { state.load(ordering: .relaxed) }

    /// Asks to stop; there is no way back.
    public func set() {
        state.store(true, ordering: .relaxed)
    }
}
