import ShotlistCore

/// Several windows in one context: each has a seat, is read and answered there, and makes room for another when it is done.
///
/// It does one run of the model at a time (``step(abort:answersWait:)``): a piece of one window's prompt together with the next token
/// of every answer on its way. It blocks and belongs to one thread.
final class SequenceBatch {
    /// What came of a question.
    struct Outcome {
        /// The seat.
        let seat: Int
        /// The answer, or why there is none.
        let answer: Result<AnswerTokens, any Error>
        /// Tokens of the prompt that were not computed for it.
        let reused: Int
    }

    let keeper: ContextKeeper
    var seats: [Seat] = []
    var opening = OpeningKeeper<SequenceState>()
    let table: EmbeddingTable?
    private let isRecurrent: Bool
    private var nextID = 0
    /// The seat whose prompt is about to be begun.
    var starting: Int?
    /// Keeps the logits of the last token that was picked, for tests.
    var keepsLogits = false
    var lastLogits: [Float] = []
    var model: LlamaModel { keeper.model }

    /// An empty batch.
    ///
    /// - Parameter table: the model's embeddings of tokens. With it a run may hold text and frames and others' answers;
    ///   without it prompts are read alone, text and frames apart.
    init(keeper: ContextKeeper, table: EmbeddingTable?) {
        self.keeper = keeper
        self.table = table
        isRecurrent = keeper.model.isRecurrent
    }

    /// Whether another window may be seated.
    var hasFreeSeat: Bool { freeSeats > 0 }
    /// How many more windows may be seated.
    var freeSeats: Int { max(0, keeper.sequences - seats.count) }
    /// How many answers are on their way.
    var answers: Int { seats.count { $0.answering != nil } }
    /// Whether a prompt is being read.
    var isReading: Bool { seats.contains { $0.isReading } }
    /// Whether there is anything to run.
    var hasWork: Bool { seats.contains { $0.plan != nil } }

    /// Seats a window and asks it a first question.
    ///
    /// - Parameters:
    ///   - head: the frames and what is before them; may be empty.
    ///   - headEnd: where the text after it begins.
    ///   - opening: tokens of text at the beginning that other prompts have in common with this one.
    ///   - question: that text.
    ///   - plan: how to answer.
    ///   - asksAgain: whether another question may come.
    ///   - furtherTokens: the most tokens of such a question. It has its room from the beginning where memory allows it.
    ///   - promptSeconds: seconds that the prompt has taken already.
    /// - Returns: the seat, or nil when there is none or it must wait for memory.
    /// - Throws: ``ShotlistError`` (`out_of_memory`, `engine_failed`).
    func seat(
        _ head: [PromptPiece], headEnd: Int, opening: Int = 0, question: [Int32], plan: AnswerPlan, asksAgain: Bool,
        furtherTokens: Int = 0, promptSeconds: Double = 0
    ) throws(ShotlistError) -> Int? {
        guard hasFreeSeat else { return nil }
        let headTokens = head.reduce(0) { $0 + $1.count }
        let least = headTokens + question.count + plan.room
        let wanted = min(headTokens + max(question.count, furtherTokens) + plan.room, keeper.limits.tokens)
        guard try makeRoom(for: least, orRather: wanted) == .made, let context = keeper.context else { return nil }
        let used = Set(seats.map(\.sequence))
        guard let sequence = (0..<context.sequences).first(where: { !used.contains($0) }) else { return nil }
        var seat = Seat(
            id: nextID, sequence: sequence, head: (headTokens, headEnd), asksAgain: asksAgain && isRecurrent)
        nextID += 1
        seat.promptSeconds = promptSeconds
        context.clear(sequence)
        begin(head + [.text(question, at: headEnd)], opening: opening, plan, in: &seat)
        seats.append(seat)
        return seat.id
    }

    /// Makes room for another seat: of `wanted` tokens if there can be so much at all, else of `least`.
    private func makeRoom(for least: Int, orRather wanted: Int) throws(ShotlistError) -> ContextKeeper.Room {
        if wanted > least {
            do throws(ShotlistError) {
                return try keeper.makeRoom(for: wanted, seats: &seats, adding: 1)
            } catch  where error.code == .outOfMemory {
                // The question that needs it may be refused; the one at hand need not be.
            }
        }
        return try keeper.makeRoom(for: least, seats: &seats, adding: 1)
    }

    /// Asks a seated window another question, in place of the one before.
    ///
    /// - Returns: false when it must wait for memory.
    /// - Throws: ``ShotlistError`` (`out_of_memory`, `engine_failed`).
    func ask(_ id: Int, question: [Int32], plan: AnswerPlan) throws(ShotlistError) -> Bool {
        guard let index = seats.firstIndex(where: { $0.id == id }), !seats[index].isBroken else {
            throw ShotlistError(
                .engineFailed, "A window was asked again after a failure that lost what the model knew of it.",
                remedy: "Run it again.")
        }
        let needed = seats[index].head.tokens + question.count + plan.room
        guard try keeper.makeRoom(for: needed, seats: &seats, adding: 0) == .made, let context = keeper.context else {
            return false
        }
        try goBack(&seats[index], in: context)
        begin([.text(question, at: seats[index].head.position)], opening: 0, plan, in: &seats[index])
        return true
    }

    /// Frees a seat.
    func leave(_ id: Int) {
        guard let index = seats.firstIndex(where: { $0.id == id }) else { return }
        keeper.context?.clear(seats[index].sequence)
        seats.remove(at: index)
    }

    /// Runs the model once.
    ///
    /// - Parameters:
    ///   - abort: set when nobody waits for anything any more.
    ///   - answersWait: whether prompts that are read are read alone.
    /// - Returns: what came to its end, well or not.
    func step(abort: AbortFlag, answersWait: Bool = false) -> [Outcome] {
        let lost = seats.indices.filter { seats[$0].isBroken && seats[$0].plan != nil }
        guard lost.isEmpty, let context = keeper.context else {
            return fail(
                lost,
                ShotlistError(
                    .engineFailed, "What the model knew of a window was lost when a larger context could not be made.",
                    remedy: "Lower --captioning-batch-size, or show the model fewer or smaller frames."))
        }
        let isReading = isReading
        let readsAlone = isReading && (answersWait || table == nil)
        var members = readsAlone ? [] : seats.indices.filter { seats[$0].answering != nil }
        let readers: [Reader]
        do {
            readers = try self.readers(beside: members.count, in: context)
        } catch {
            return fail(starting.map { [$0] } ?? [], error)
        }
        do {
            members += readers.map(\.seat)
            let rows = try fill(context, answering: members.dropLast(readers.count), readers: readers)
            try context.run(abort: abort)
            for reader in readers { try keepStates(of: &seats[reader.seat], in: context) }
            return take(rows, from: context)
        } catch {
            context.discard()
            return fail(members, error)
        }
    }

    private func begin(_ pieces: [PromptPiece], opening count: Int, _ plan: AnswerPlan, in seat: inout Seat) {
        seat.reading = PromptReading(pieces)
        seat.opening = Array(seat.reading.opening.prefix(count))
        seat.reused = seat.held
        seat.plan = plan
        seat.answering = nil
        seat.began = .now
    }

    /// Decides how a prompt is read of which nothing was: what another has computed meanwhile counts.
    func startReading(_ seat: inout Seat, in context: LlamaContext) throws(ShotlistError) {
        guard seat.held == 0 else { return }
        var pauses: Set<Int> = []
        switch opening.plan(for: seat.opening) {
        case .read: break
        case .pause: pauses.insert(seat.opening.count)
        case .restore(let state):
            try context.restore(state, to: seat.sequence)
            seat.held = seat.opening.count
            seat.reading.skip(seat.held)
        }
        if seat.asksAgain, seat.head.tokens > 0 { pauses.insert(seat.head.tokens) }
        seat.reading.pause(at: pauses)
        seat.reused = seat.held
    }

    /// Brings a sequence back to the end of its video.
    private func goBack(_ seat: inout Seat, in context: LlamaContext) throws(ShotlistError) {
        guard seat.head.tokens > 0 else {
            context.clear(seat.sequence)
            seat.held = 0
            return
        }
        if isRecurrent {
            guard let state = seat.headState else {
                throw ShotlistError(
                    .engineFailed, "A window was asked a second question that was not announced.",
                    remedy: "Open it with asksAgain.")
            }
            try context.restore(state, to: seat.sequence)
        }
        try context.truncate(seat.sequence, from: seat.head.position)
        seat.held = seat.head.tokens
        seat.promptSeconds = 0
    }
}
