/// Whose turn it is when the model that captions and the one that enhances do not fit into memory together.
///
/// A pure state machine: ``TurnGate`` is the shell that lets tasks wait for what it says. The model that captions is
/// there at first. Enhancement asks for its turn and gets it when no caption is being made any more. When it is done
/// nobody has the turn: the other model is brought back by the first window that is to be captioned, if there is one.
package struct ModelTurns: Sendable {
    /// What a window that is to be captioned does.
    package enum Admission: Sendable, Hashable {
        /// It is captioned at once.
        case go
        /// It brings the model back first, then says ``ModelTurns/hasReturned()``, and is captioned.
        case bringBack
        /// It waits until its ticket is called.
        case wait
    }

    private enum Holder { case captions, enhancement, nobody, returning }

    private var holder = Holder.captions
    private var captioning = 0
    private var isWanted = false
    private var queue: [Int] = []

    /// Turns before the first window.
    package init() {}

    /// A window is to be captioned; `ticket` is its number in the queue.
    package mutating func begin(_ ticket: Int) -> Admission {
        switch holder {
        case .captions where !isWanted:
            captioning += 1
            return .go
        case .nobody:
            holder = .returning
            captioning = 1
            return .bringBack
        default:
            queue.append(ticket)
            return .wait
        }
    }

    /// The model that captions is back. Gives the tickets that are called.
    package mutating func hasReturned() -> [Int] {
        holder = .captions
        defer { queue = [] }
        captioning += queue.count
        return queue
    }

    /// A window's captioning has ended. Gives true when enhancement, which waited for that, has its turn now.
    package mutating func end() -> Bool {
        captioning -= 1
        guard isWanted, captioning == 0, holder == .captions else { return false }
        (holder, isWanted) = (.enhancement, false)
        return true
    }

    /// Enhancement wants its turn. Gives true when it has it at once; else ``end()`` will say so.
    package mutating func want() -> Bool {
        if holder == .nobody || (holder == .captions && captioning == 0) { holder = .enhancement }
        isWanted = holder != .enhancement
        return !isWanted
    }

    /// Enhancement is done. Gives the ticket of a window that is to bring the other model back, if one waits.
    package mutating func leave() -> Int? {
        holder = .nobody
        guard !queue.isEmpty else { return nil }
        holder = .returning
        captioning = 1
        return queue.removeFirst()
    }

    /// A window waits no longer. Gives false when its ticket has been called already.
    package mutating func abandon(_ ticket: Int) -> Bool {
        guard let index = queue.firstIndex(of: ticket) else { return false }
        queue.remove(at: index)
        return true
    }
}
