import ShotlistCore

/// Several windows in one context: each has a seat, is read and answered there, and makes room for another when it is done.
///
/// It does one run of the model at a time (``step(abort:)``): a piece of one window's prompt together with the next token
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
    private(set) var seats: [Seat] = []
    private var opening = OpeningKeeper<SequenceState>()
    private let table: EmbeddingTable?
    private let isRecurrent: Bool
    private var nextID = 0
    /// Keeps the logits of the last token that was picked, for tests.
    var keepsLogits = false
    private(set) var lastLogits: [Float] = []
    private var model: LlamaModel { keeper.model }

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
    ///   - promptSeconds: seconds that the prompt has taken already.
    /// - Returns: the seat, or nil when there is none or it must wait for memory.
    /// - Throws: ``ShotlistError`` (`out_of_memory`, `engine_failed`).
    func seat(
        _ head: [PromptPiece], headEnd: Int, opening: Int = 0, question: [Int32], plan: AnswerPlan, asksAgain: Bool,
        promptSeconds: Double = 0
    ) throws(ShotlistError) -> Int? {
        guard hasFreeSeat else { return nil }
        let headTokens = head.reduce(0) { $0 + $1.count }
        let needed = headTokens + question.count + plan.room
        guard try keeper.makeRoom(for: needed, seats: &seats, adding: 1) == .made, let context = keeper.context else {
            return nil
        }
        let used = Set(seats.map(\.sequence))
        guard let sequence = (0..<context.sequences).first(where: { !used.contains($0) }) else { return nil }
        var seat = Seat(
            id: nextID, sequence: sequence, head: (headTokens, headEnd), asksAgain: asksAgain && isRecurrent)
        nextID += 1
        seat.promptSeconds = promptSeconds
        context.clear(sequence)
        try begin(head + [.text(question, at: headEnd)], opening: opening, plan, in: &seat)
        seats.append(seat)
        return seat.id
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
        try begin([.text(question, at: seats[index].head.position)], opening: 0, plan, in: &seats[index])
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
    /// - Parameter abort: set when nobody waits for anything any more.
    /// - Returns: what came to its end, well or not.
    func step(abort: AbortFlag) -> [Outcome] {
        guard let context = keeper.context else { return [] }
        let reader = seats.firstIndex { $0.isReading }
        let mixes = table != nil
        let answering = reader == nil || mixes ? seats.indices.filter { seats[$0].answering != nil } : []
        do {
            let rows = try fill(context, reader: reader, answering: answering)
            try context.run(abort: abort)
            return try take(rows, from: context, reader: reader)
        } catch {
            context.discard()
            return fail(answering + (reader.map { [$0] } ?? []), error)
        }
    }

    private func begin(
        _ pieces: [PromptPiece], opening count: Int, _ plan: AnswerPlan, in seat: inout Seat
    ) throws(ShotlistError) {
        var pauses: Set<Int> = []
        var reading = PromptReading(pieces)
        if seat.held == 0 {
            seat.opening = Array(reading.opening.prefix(count))
            switch opening.plan(for: seat.opening) {
            case .read: break
            case .pause: pauses.insert(seat.opening.count)
            case .restore(let state):
                try keeper.context?.restore(state, to: seat.sequence)
                seat.held = seat.opening.count
                reading.skip(seat.held)
            }
            if seat.asksAgain, seat.head.tokens > 0 { pauses.insert(seat.head.tokens) }
        }
        reading.pause(at: pauses)
        seat.reused = seat.held
        seat.reading = reading
        seat.plan = plan
        seat.answering = nil
        seat.began = .now
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

extension SequenceBatch {
    /// Rows of a run whose logits are wanted: a seat's place and its row.
    private typealias Rows = [(seat: Int, row: Int)]

    private func fill(_ context: LlamaContext, reader: Int?, answering: [Int]) throws -> Rows {
        var rows: Rows = []
        var run = reader.map { seats[$0].reading.run(within: LlamaContext.batchRows - answering.count) } ?? 0
        var asEmbeddings = false
        if let reader {
            let reading = seats[reader].reading
            if table == nil { run = reading.kinds(ofNext: run).sameKind }
            asEmbeddings = reading.kinds(ofNext: run).hasFrames
        }
        for index in answering {
            guard let pending = seats[index].answering?.pending else { continue }
            let row = try add(
                pending.token, at: TokenPosition(text: pending.position), to: seats[index].sequence, wantsLogits: true,
                asEmbedding: asEmbeddings, in: context)
            rows.append((index, row))
            seats[index].held += 1
        }
        guard let reader else { return rows }
        let sequence = seats[reader].sequence
        for _ in 0..<run {
            let isLast = seats[reader].reading.left == 1
            guard let entry = seats[reader].reading.next() else { break }
            var row: Int
            switch entry {
            case .token(let token, let position):
                row = try add(
                    token, at: position, to: sequence, wantsLogits: isLast, asEmbedding: asEmbeddings, in: context)
            case .frame(let piece, let index, let position):
                row = try add(
                    frame: seats[reader].reading.pieces[piece], index, at: position, to: sequence,
                    wantsLogits: isLast, in: context)
            }
            if isLast { rows.append((reader, row)) }
        }
        seats[reader].held += run
        return rows
    }

    private func add(
        _ token: Int32, at position: TokenPosition, to sequence: Int, wantsLogits: Bool, asEmbedding: Bool,
        in context: LlamaContext
    ) throws -> Int {
        guard asEmbedding, let table else {
            return try context.add(token, at: position, to: sequence, wantsLogits: wantsLogits)
        }
        return try table.row(of: token).withUnsafeBufferPointer {
            try context.add($0, at: position, to: sequence, wantsLogits: wantsLogits)
        }
    }

    private func add(
        frame piece: PromptPiece, _ index: Int, at position: TokenPosition, to sequence: Int, wantsLogits: Bool,
        in context: LlamaContext
    ) throws -> Int {
        guard case .frames(let embeddings, _) = piece else { return 0 }
        let width = model.embeddingWidth
        return try embeddings.withUnsafeBufferPointer { embeddings in
            try context.add(
                UnsafeBufferPointer(rebasing: embeddings[index * width..<(index + 1) * width]), at: position,
                to: sequence, wantsLogits: wantsLogits)
        }
    }

    private func take(_ rows: Rows, from context: LlamaContext, reader: Int?) throws -> [Outcome] {
        if let reader { try keepStates(of: &seats[reader], in: context) }
        var outcomes: [Outcome] = []
        for (index, row) in rows {
            if seats[index].answering == nil, let plan = seats[index].plan {
                let seconds = (ContinuousClock.now - seats[index].began) / .seconds(1) + seats[index].promptSeconds
                seats[index].answering = Answering(plan, promptSeconds: seconds)
                // Embeddings of frames need not stay longer than the frames themselves.
                seats[index].reading = PromptReading()
            }
            let logits = try context.logits(ofRow: row)
            if keepsLogits { lastLogits = Array(logits) }
            guard seats[index].answering?.pick(from: logits, model: model) == true else { continue }
            guard let answer = seats[index].answering?.tokens else { continue }
            outcomes.append(Outcome(seat: seats[index].id, answer: .success(answer), reused: seats[index].reused))
            seats[index].plan = nil
            seats[index].answering = nil
        }
        return outcomes
    }

    /// Copies what is worth keeping where reading paused.
    private func keepStates(of seat: inout Seat, in context: LlamaContext) throws {
        guard seat.reading.pauses.contains(seat.reading.done) else { return }
        if seat.asksAgain, seat.held == seat.head.tokens {
            seat.headState = try context.state(of: seat.sequence, recurrentOnly: true)
        } else {
            opening.keep(try context.state(of: seat.sequence), of: seat.opening)
        }
    }

    private func fail(_ indices: [Int], _ error: any Error) -> [Outcome] {
        indices.filter { seats[$0].plan != nil }.map { index in
            seats[index].plan = nil
            seats[index].answering = nil
            seats[index].isBroken = true
            return Outcome(seat: seats[index].id, answer: .failure(error), reused: 0)
        }
    }
}
