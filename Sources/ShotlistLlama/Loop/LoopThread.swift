import Foundation

/// A thread of its own for work that blocks.
enum LoopThread {
    /// As much as the main thread has on Linux; graphs are built recursively.
    private static let stackBytes = 8 << 20

    /// Starts a thread.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.stackSize = stackBytes
        thread.start()
    }
}

/// An object that one thread has made and another keeps.
///
/// Unchecked: whoever hands it over does not touch it again.
struct HandedOver<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
