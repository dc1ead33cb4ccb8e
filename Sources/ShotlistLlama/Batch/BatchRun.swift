import ShotlistCore

/// One run of the model: which rows go in, and what is made of what comes out.
extension SequenceBatch {
    /// Rows of a run whose logits are wanted: a seat's place and its row.
    typealias Rows = [(seat: Int, row: Int)]

    /// A seat whose prompt is read on, and by how many entries.
    typealias Reader = (seat: Int, count: Int)

    /// Whose prompts are read on in the next run beside `answering` rows: a part of one, or several that fit whole.
    ///
    /// llama.cpp computes a run in pieces in which every sequence has as many rows; the beginning of one prompt behind the
    /// end of another would be cut into several of them. A prompt whose opening is just being computed for all stands
    /// alone: the next ones can have it afterwards.
    func readers(beside answering: Int, in context: LlamaContext) throws -> [Reader] {
        var readers: [Reader] = []
        var space = LlamaContext.batchRows - answering
        for index in seats.indices where seats[index].isReading && space > 0 {
            if seats[index].reading.done == 0 {
                starting = index
                try startReading(&seats[index], in: context)
            }
            let reading = seats[index].reading
            let pauses = reading.isPausing
            if !readers.isEmpty, pauses || reading.leftToPause > space { break }
            var count = reading.run(within: space)
            if table == nil { count = reading.kinds(ofNext: count).sameKind }
            readers.append((index, count))
            space -= count
            if pauses || table == nil || count < reading.leftToPause { break }
        }
        return readers
    }

    func fill(
        _ context: LlamaContext, answering: some Sequence<Int>, readers: [Reader]
    ) throws -> Rows {
        var rows: Rows = []
        let asEmbeddings = readers.contains { seats[$0.seat].reading.kinds(ofNext: $0.count).hasFrames }
        for index in answering {
            guard let pending = seats[index].answering?.pending else { continue }
            let row = try add(
                pending.token, at: TokenPosition(text: pending.position), to: seats[index].sequence, wantsLogits: true,
                asEmbedding: asEmbeddings, in: context)
            rows.append((index, row))
            seats[index].held += 1
        }
        for (index, count) in readers {
            for _ in 0..<count {
                let isLast = seats[index].reading.left == 1
                guard let entry = seats[index].reading.next() else { break }
                let row = try add(
                    entry, of: seats[index], wantsLogits: isLast, asEmbedding: asEmbeddings, in: context)
                if isLast { rows.append((index, row)) }
            }
            seats[index].held += count
        }
        return rows
    }

    private func add(
        _ entry: PromptReading.Entry, of seat: Seat, wantsLogits: Bool, asEmbedding: Bool, in context: LlamaContext
    ) throws -> Int {
        switch entry {
        case .token(let token, let position):
            try add(
                token, at: position, to: seat.sequence, wantsLogits: wantsLogits, asEmbedding: asEmbedding, in: context)
        case .frame(let piece, let index, let position):
            try add(
                frame: seat.reading.pieces[piece], index, at: position, to: seat.sequence, wantsLogits: wantsLogits,
                in: context)
        }
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

    func take(_ rows: Rows, from context: LlamaContext) -> [Outcome] {
        var outcomes: [Outcome] = []
        for (index, row) in rows {
            if seats[index].answering == nil, let plan = seats[index].plan {
                let seconds = (ContinuousClock.now - seats[index].began) / .seconds(1) + seats[index].promptSeconds
                seats[index].answering = Answering(plan, promptSeconds: seconds)
                // Embeddings of frames need not stay longer than the frames themselves.
                seats[index].reading = PromptReading()
            }
            let logits: UnsafeBufferPointer<Float>
            do {
                logits = try context.logits(ofRow: row)
            } catch {
                outcomes += fail([index], error)
                continue
            }
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
    func keepStates(of seat: inout Seat, in context: LlamaContext) throws {
        guard seat.reading.pauses.contains(seat.reading.done) else { return }
        if seat.asksAgain, seat.held == seat.head.tokens {
            seat.headState = try context.state(of: seat.sequence, recurrentOnly: true)
        } else {
            opening.keep(try context.state(of: seat.sequence), of: seat.opening)
        }
    }

    func fail(_ indices: [Int], _ error: any Error) -> [Outcome] {
        indices.filter { seats[$0].plan != nil }.map { index in
            seats[index].plan = nil
            seats[index].answering = nil
            seats[index].isBroken = true
            return Outcome(seat: seats[index].id, answer: .failure(error), reused: 0)
        }
    }
}
