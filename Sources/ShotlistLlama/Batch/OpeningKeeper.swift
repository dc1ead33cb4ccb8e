/// Keeps what the model computed of the text that prompts begin with, so that it is computed once and copied.
///
/// A pure decision; the states are the batch's. Every prompt pauses after its opening or begins behind it, so that the
/// numbers are the same whichever comes first.
struct OpeningKeeper<State> {
    /// Fewer tokens than this are not worth a copy.
    static var worthwhile: Int { 8 }

    /// What to do with a prompt.
    enum Plan {
        /// Read all of it.
        case read
        /// Pause after the opening and hand in the state.
        case pause
        /// Put the kept state back.
        case restore(State)
    }

    private var kept: (tokens: [Int32], state: State)?

    /// Keeps nothing yet.
    init() {}

    /// Looks at the opening of a prompt.
    func plan(for opening: [Int32]) -> Plan {
        guard opening.count >= Self.worthwhile else { return .read }
        if let kept, kept.tokens == opening { return .restore(kept.state) }
        return .pause
    }

    /// Keeps the state after an opening, in place of another's.
    mutating func keep(_ state: State, of opening: [Int32]) {
        kept = (opening, state)
    }
}
