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
        /// Sequences that hold something, which is copied.
        var inUse: Int
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
    /// - Throws: ``ShotlistError`` (`out_of_memory`, `engine_failed`). The context is then as it was; if it cannot be had
    ///   back, the seats are marked as broken.
    func makeRoom(for needed: Int, seats: inout [Seat], adding: Int) throws(ShotlistError) -> Room {
        if let context, context.capacity >= needed { return .made }
        let inUse = seats.count { $0.held > 0 }
        let held = context.map { Size(tokens: $0.capacity, sequences: $0.sequences, inUse: inUse) }
        let (capacity, fitting) = try size(for: needed, held: held)
        guard fitting.sequences >= seats.count + adding else { return .later }
        var states: [SequenceState?] = []
        for seat in seats { states.append(seat.held > 0 ? try context?.state(of: seat.sequence) : nil) }
        // Both at once could be too much.
        context = nil
        do {
            context = try make(capacity, fitting.sequences, Array(states.enumerated()).map { ($0, $1) })
            for index in seats.indices { seats[index].sequence = index }
        } catch {
            let before = zip(seats, states).map { ($0.sequence, $1) }
            if let held, let old = try? make(held.tokens, held.sequences, before) {
                context = old
            } else {
                for index in seats.indices { seats[index].isBroken = true }
            }
            throw error
        }
        if let notice = fitting.notice { limits.onNotice(notice) }
        return .made
    }

    /// How many tokens a sequence is to hold, and how many sequences fit.
    ///
    /// A context that grows grows by a half, so that it does so seldom, unless that costs a sequence.
    private func size(for needed: Int, held: Size?) throws(ShotlistError) -> (tokens: Int, Fitting) {
        func rounded(_ tokens: Int) -> Int {
            max(needed, min((tokens + Self.step - 1) / Self.step * Self.step, limits.tokens))
        }
        if let held, held.tokens * 3 / 2 > needed {
            let tokens = rounded(held.tokens * 3 / 2)
            if let fitting = try? limits.fitting(tokens, limits.sequences, held), fitting.notice == nil {
                return (tokens, fitting)
            }
        }
        let tokens = rounded(needed)
        return (tokens, try limits.fitting(tokens, limits.sequences, held))
    }

    private func make(
        _ capacity: Int, _ sequences: Int, _ states: [(sequence: Int, state: SequenceState?)]
    ) throws(ShotlistError) -> LlamaContext {
        let made = try LlamaContext(
            model: model, positions: positions, capacity: capacity, sequences: sequences, threads: threads,
            sumsIn16Bits: usesFlashAttention)
        for (sequence, state) in states {
            if let state { try made.restore(state, to: sequence) }
        }
        return made
    }
}
