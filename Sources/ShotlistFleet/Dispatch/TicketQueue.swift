/// Requests that wait to be sent, in the order in which they came.
struct TicketQueue: Sendable {
    /// Those that any server may have.
    private(set) var newcomers: [Dispatch.TicketID] = []
    /// Those about a window that a server has seen already: they go first, so that windows are finished.
    private(set) var returning: [Dispatch.TicketID] = []

    /// How many wait.
    var count: Int { newcomers.count + returning.count }

    /// Puts a request where it belongs by its age.
    mutating func insert(_ id: Dispatch.TicketID, isReturning: Bool) {
        func insert(into queue: inout [Dispatch.TicketID]) {
            let place = queue.lastIndex { $0.number < id.number }.map { $0 + 1 } ?? 0
            queue.insert(id, at: place)
        }
        if isReturning { insert(into: &returning) } else { insert(into: &newcomers) }
    }

    /// Takes a request out, if it waits.
    mutating func remove(_ id: Dispatch.TicketID) {
        if let index = newcomers.firstIndex(of: id) { newcomers.remove(at: index) }
        if let index = returning.firstIndex(of: id) { returning.remove(at: index) }
    }
}
