import ShotlistCore

/// The engine's work, round after round: it takes what callers have left for it, seats windows, and runs the model.
///
/// Windows are seated in the order in which they came, whichever video they are from; one enters as soon as another
/// leaves. Frames are encoded by a thread of their own, ahead of the seats by a bound. Where both need the same
/// processors they take turns, and answers wait while a free seat is being filled: a run of the model costs nearly the
/// same for eight answers as for seven.
final class BatchLoop<Model: LoopModel> {
    typealias Window = LoopWindow<Model.Content, Model.Question>

    /// What callers leave.
    enum Message: Sendable {
        case show(Int, Model.Content, asksAgain: Bool, AbortFlag)
        case ask(Int, Model.Question, Window.Reply)
        case cancel(Int)
        case close(Int)
        case encoded(Int, Result<EncodedContent, any Error>)
        case end(CheckedContinuation<Void, Never>)
    }

    /// Windows that are encoded beside those that free seats wait for.
    private static var windowsAhead: Int { 2 }
    /// Answers for which a run of the model is worth its price; with so many none waits for a seat to be filled.
    private static var worthwhileAnswers: Int { 8 }
    private let model: Model
    private let mailbox: Mailbox<Message>
    private let waiters: Waiters
    private let encoding: EncodingThread<Model.Content>?
    private let turns: Turns?
    private var windows: [Int: Window] = [:]
    /// Windows in the order in which they came.
    private var order: [Int] = []
    private var endings: [CheckedContinuation<Void, Never>] = []

    init(model: Model, mailbox: Mailbox<Message>, waiters: Waiters) {
        self.model = model
        self.mailbox = mailbox
        self.waiters = waiters
        let turns = model.sharesProcessors ? Turns.processors : nil
        self.turns = turns
        encoding = model.encoder.map { encoder in
            EncodingThread(encoder, turns: turns) { mailbox.post(.encoded($0, $1)) }
        }
    }

    /// Works until it is told to end.
    ///
    /// - Returns: who waits for the end.
    func run() -> [CheckedContinuation<Void, Never>] {
        while endings.isEmpty {
            for message in mailbox.take(waiting: !isReady) { receive(message) }
            encodeAhead()
            // Those in seats do not wait for those that find none.
            for id in order where windows[id]?.waitsInSeat == true { _ = putToModel(id) }
            for id in order where windows[id]?.seat == nil && !putToModel(id) { break }
            refuseOneThatIsStuck()
            if isReady { step() }
        }
        for message in mailbox.close() { receive(message) }
        for id in order {
            windows[id]?.abort.set()
            windows[id]?.answer(.failure(CancellationError()))
        }
        encoding?.end()
        return endings
    }

    /// Whether to run the model now.
    private var isReady: Bool { model.batch.hasWork && (model.batch.isReading || !isFilling) }

    /// Whether another answer is soon to be had, and a run of the model worth little before.
    private var isFilling: Bool {
        model.sharesProcessors && model.batch.hasFreeSeat && model.batch.answers < Self.worthwhileAnswers
            && windows.values.contains { $0.isEncoding }
    }

    private func receive(_ message: Message) {
        switch message {
        case .show(let id, let content, let asksAgain, let abort):
            var window = Window(content, asksAgain: asksAgain, abort: abort)
            if encoding == nil { window.encoded = .success(EncodedContent()) }
            windows[id] = window
            order.append(id)
        case .ask(let id, let question, let reply):
            guard var window = windows[id], !window.isCancelled else {
                reply.resume(throwing: CancellationError())
                return
            }
            guard !window.isDone, window.reply == nil else {
                reply.resume(
                    throwing: ShotlistError(
                        .engineFailed, "A window was asked a second question that was not announced, or two at once.",
                        remedy: "Open it with asksAgain, and ask one question after another."))
                return
            }
            window.asked = question
            window.reply = reply
            windows[id] = window
        case .cancel(let id):
            windows[id]?.isCancelled = true
            windows[id]?.abort.set()
            windows[id]?.answer(.failure(CancellationError()))
            freeSeat(of: id)
        case .close(let id):
            windows[id]?.abort.set()
            freeSeat(of: id)
            windows[id] = nil
            order.removeAll { $0 == id }
        case .encoded(let id, let result):
            windows[id]?.isEncoding = false
            windows[id]?.encoded = result
        case .end(let continuation):
            endings.append(continuation)
        }
    }

    private func freeSeat(of id: Int) {
        guard let seat = windows[id]?.seat else { return }
        model.batch.leave(seat)
        windows[id]?.seat = nil
    }

    private func encodeAhead() {
        guard let encoding else { return }
        var room = model.batch.freeSeats + Self.windowsAhead - windows.values.count(where: \.isAhead)
        for id in order where room > 0 {
            guard let window = windows[id], let content = window.content, !window.isCancelled else { continue }
            encoding.encode(content, of: id, abort: window.abort)
            windows[id]?.content = nil
            windows[id]?.isEncoding = true
            room -= 1
        }
    }

    /// Puts a window's question to the model if it can be.
    ///
    /// - Returns: false when those that came after it must wait, too.
    private func putToModel(_ id: Int) -> Bool {
        guard var window = windows[id], let question = window.asked, let encoded = window.encoded else { return true }
        do {
            let content = try encoded.get()
            let (tail, opening) = try model.tokens(of: question)
            let plan = try plan(for: question, after: content, tail)
            if let seat = window.seat {
                guard try model.batch.ask(seat, question: tail, plan: plan) else { return true }
            } else {
                let seat = try model.batch.seat(
                    content.pieces, headEnd: content.end, opening: max(content.opening, opening), question: tail,
                    plan: plan, asksAgain: window.asksAgain,
                    furtherTokens: window.asksAgain ? model.furtherTokens : 0, promptSeconds: content.seconds)
                guard let seat else { return false }
                window.seat = seat
                // The batch has the embeddings now.
                window.encoded = .success(content.read)
            }
            window.promptTokens = content.tokenCount + tail.count
            window.asked = nil
        } catch {
            window.answer(.failure(error))
        }
        windows[id] = window
        return true
    }

    /// Windows that keep their seats and all need a larger context than memory has beside the others would wait for ever.
    private func refuseOneThatIsStuck() {
        guard !model.batch.hasWork,
            // Whoever has a seat and has not asked will ask or leave.
            !windows.values.contains(where: { $0.seat != nil && $0.asked == nil }),
            let id = order.first(where: { windows[$0]?.waitsInSeat == true })
        else { return }
        windows[id]?.answer(
            .failure(
                ShotlistError(
                    .outOfMemory, "There is no memory for a longer question beside the other windows of the batch.",
                    remedy: "Lower --captioning-batch-size, or shorten the prompt.")))
    }

    private func plan(
        for question: Model.Question, after content: EncodedContent, _ tail: [Int32]
    ) throws -> AnswerPlan {
        let tokens = content.tokenCount + tail.count
        let room = min(question.maxOutputTokens, model.contextLimit - tokens)
        let position = content.end + tail.count
        guard room >= 1, position + room <= model.highestPosition else {
            throw model.tooLong(promptTokens: tokens, visionTokens: content.visionTokens)
        }
        return AnswerPlan(
            promptTokens: content.textTokens + tail, position: position, room: room, sampling: question.sampling,
            stops: try model.stops(question.sampling.stops))
    }

    private func step() {
        let abort = waiters.newAbort()
        let answersWait = isFilling
        let outcomes =
            turns?.take { model.batch.step(abort: abort, answersWait: answersWait) }
            ?? model.batch.step(abort: abort, answersWait: answersWait)
        for outcome in outcomes {
            guard let id = order.first(where: { windows[$0]?.seat == outcome.seat }), var window = windows[id] else {
                continue
            }
            let visionTokens = (try? window.encoded?.get().visionTokens) ?? 0
            window.answer(
                outcome.answer.map {
                    LoopAnswer(
                        tokens: $0, promptTokens: window.promptTokens, visionTokens: visionTokens,
                        reusedTokens: outcome.reused)
                })
            // The next window may enter at once.
            window.isDone = !window.asksAgain
            windows[id] = window
            if window.isDone { freeSeat(of: id) }
        }
    }
}
