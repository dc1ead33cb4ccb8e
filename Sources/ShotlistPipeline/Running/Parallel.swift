import Synchronization

/// Works through a list with up to `width` tasks; the first error ends the others.
func forEach<Item: Sendable>(
    _ items: [Item], width: Int, body: @escaping @Sendable (Item) async throws -> Void
) async throws {
    let rest = Rest(items)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<min(max(1, width), items.count) {
            group.addTask {
                while let item = rest.next() {
                    try Task.checkCancellation()
                    try await body(item)
                }
            }
        }
        try await group.finishTogether()
    }
}

/// Items that nobody works on yet.
private final class Rest<Item: Sendable>: Sendable {
    private let items: Mutex<ArraySlice<Item>>

    init(_ items: [Item]) {
        self.items = Mutex(items[...])
    }

    func next() -> Item? {
        items.withLock { $0.popFirst() }
    }
}

/// Lets calls from many tasks in one after another, in the order in which they come.
actor OneAtATime {
    private var last: Task<Void, any Error>?

    /// Runs `body` when all that came before are done, whether they threw or not.
    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { [last] in
            _ = await last?.result
            try await body()
        }
        last = task
        try await task.value
    }
}
