import ShotlistCore

extension SequenceBatch {
    /// The answer to one prompt, with nothing else in the batch.
    ///
    /// - Throws: `CancellationError` after an abort; ``ShotlistError`` (`out_of_memory`, `engine_failed`).
    func answer(to prompt: [PromptPiece], plan: AnswerPlan, abort: AbortFlag) throws -> AnswerTokens {
        guard let id = try seat(prompt, headEnd: 0, question: [], plan: plan, asksAgain: false) else {
            throw ShotlistError(.engineFailed, "The model's context has no free sequence.")
        }
        defer { leave(id) }
        while true {
            if let outcome = step(abort: abort).first { return try outcome.answer.get() }
        }
    }

    /// The logits after one prompt.
    func logits(after prompt: [PromptPiece]) throws -> [Float] {
        let plan = AnswerPlan(
            promptTokens: [], position: 0, room: 1, sampling: .greedy, stops: StopWords())
        guard let id = try seat(prompt, headEnd: 0, question: [], plan: plan, asksAgain: false) else {
            throw ShotlistError(.engineFailed, "The model's context has no free sequence.")
        }
        keepsLogits = true
        defer {
            keepsLogits = false
            leave(id)
        }
        while true {
            guard let outcome = step(abort: AbortFlag()).first else { continue }
            _ = try outcome.answer.get()
            return lastLogits
        }
    }
}
