import Synchronization

/// Tells C code that runs on the engine's thread to stop.
///
/// llama.cpp asks it before each node of a computation, through a pointer from ``pointer``.
package final class AbortFlag: Sendable {
    private let state = Atomic(false)

    /// A flag that is not set.
    package init() {}

    /// Whether to stop.
    package var isSet: Bool { state.load(ordering: .relaxed) }

    /// Asks to stop.
    package func set() {
        state.store(true, ordering: .relaxed)
    }

    /// For a C callback's user data; valid as long as the flag lives.
    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// The flag behind a C callback's user data.
    static func from(_ pointer: UnsafeMutableRawPointer) -> AbortFlag {
        Unmanaged<AbortFlag>.fromOpaque(pointer).takeUnretainedValue()
    }
}
