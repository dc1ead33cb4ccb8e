import ShotlistCore

/// The context of a batch: made when the first window comes, and made anew, with all that it holds, when one needs more
/// room.
final class ContextKeeper {
    /// How much room is to be had.
    struct Limits {
        /// The most tokens that a sequence may hold.
        var tokens: Int
        /// The most sequences, at least 1.
        var sequences: Int
        /// How many sequences of so many tokens fit into memory, at least 1 and at most ``sequences``, when what is held
        /// now is given back.
        ///
        /// Throws ``ShotlistError`` (`out_of_memory`) when not even one does.
        var fitting: (_ tokens: Int, _ sequences: Int, _ held: Size?) throws(ShotlistError) -> Fitting
        /// Is told when a context with fewer sequences than were asked for is made.
        var onNotice: (String) -> Void
    }

    /// How many sequences fit, and a sentence when they are fewer than were asked for.
    struct Fitting {
        var sequences: Int
        var notice: String?
    }

    /// The size of a context.
    struct Size: Hashable {
        /// Tokens of each sequence.
        var tokens: Int
        /// Sequences.
        var sequences: Int
    }

    /// What can be done for a window.
    enum Room {
        /// There is room.
        case made
        /// There will be when others have left.
        case later
    }

    /// Tokens are reserved by so many, as llama.cpp rounds to them.
    private static let step = 256
    let model: LlamaModel
    let limits: Limits
    let positions: PositionScheme
    private let threads: Int
    private let usesFlashAttention: Bool
    /// The context, once there is one.
    private(set) var context: LlamaContext?

    /// Keeps none yet.
    init(model: LlamaModel, positions: PositionScheme, threads: Int, limits: Limits, usesFlashAttention: Bool) {
        self.model = model
        self.positions = positions
        self.threads = threads
        self.limits = limits
        self.usesFlashAttention = usesFlashAttention
    }

    /// Sequences that may be used.
    var sequences: Int { context?.sequences ?? limits.sequences }

    /// Makes room for `needed` tokens in each sequence, at most what the limits say. What seats hold goes with them into
    /// a larger context.
    ///
    /// - Parameters:
    ///   - seats: those that are taken; their sequences may get other numbers.
    ///   - adding: seats to be taken beside them.
    /// - Throws: ``ShotlistError`` (`out_of_memory`, `engine_failed`); the context is as it was when it was memory.
    func makeRoom(for needed: Int, seats: inout [Seat], adding: Int) throws(ShotlistError) -> Room {
        if let context, context.capacity >= needed { return .made }
        // One that grows grows by a half, so that it does so seldom.
        let wanted = max(needed, (context?.capacity ?? 0) * 3 / 2)
        let rounded = (wanted + Self.step - 1) / Self.step * Self.step
        let capacity = max(needed, min(rounded, limits.tokens))
        let held = context.map { Size(tokens: $0.capacity, sequences: $0.sequences) }
        let fitting = try limits.fitting(capacity, limits.sequences, held)
        let sequences = fitting.sequences
        guard sequences >= seats.count + adding else { return .later }
        var states: [SequenceState?] = []
        for seat in seats { states.append(seat.held > 0 ? try context?.state(of: seat.sequence) : nil) }
        // Both at once could be too much.
        context = nil
        let made = try LlamaContext(
            model: model, positions: positions, capacity: capacity, sequences: sequences, threads: threads,
            sumsIn16Bits: usesFlashAttention)
        for (index, state) in states.enumerated() {
            if let state { try made.restore(state, to: index) }
            seats[index].sequence = index
        }
        context = made
        if let notice = fitting.notice { limits.onNotice(notice) }
        return .made
    }
}
