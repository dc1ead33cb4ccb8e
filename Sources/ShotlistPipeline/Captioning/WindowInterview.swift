import ShotlistCore
import ShotlistEngines

/// Asks all questions about one window: the first pass, the second one, then the named prompts.
struct WindowInterview: Sendable {
    let settings: EngineSettings
    let passes: CaptionPasses
    let engine: EngineIdentity
    /// The first question.
    let prompt: Prompt
    let seed: CaptionSeed

    /// One question.
    private struct Question {
        let prompt: Prompt
        /// By what a changed prompt is seen.
        let hash: String
        let pass: Int

        init(_ prompt: Prompt, hash: String? = nil, pass: Int = 1) {
            self.prompt = prompt
            self.hash = hash ?? prompt.hash
            self.pass = pass
        }
    }

    /// The outcomes of all questions. A question that fails costs the others nothing.
    ///
    /// - Throws: `CancellationError`, and ``ShotlistError`` that ends the run.
    func outcomes(from window: any OpenWindow) async throws -> WindowCaptions {
        var captions = WindowCaptions(first: try await ask(Question(prompt), of: window))
        if let stage2 = passes.stage2, let caption = captions.first.text {
            let question = Question(try stage2.prompt(for: caption), hash: stage2.hash, pass: 2)
            captions.second = try await ask(question, of: window)
        }
        for named in passes.namedPrompts {
            captions.named[named.name] = try await ask(Question(named.prompt), of: window)
        }
        return captions
    }

    /// The outcomes when the engine could not be asked at all.
    func outcomes(failingWith error: ShotlistError) -> WindowCaptions {
        let failed = CaptionOutcome(variant: settings.variant.name, status: .error, reason: WindowReason(error))
        return WindowCaptions(
            first: failed,
            named: passes.namedPrompts.reduce(into: [:]) { named, prompt in named[prompt.name] = failed })
    }

    /// Asks until an answer is worth keeping, or as often as the run allows, and keeps the best; of equals the first.
    private func ask(_ question: Question, of window: any OpenWindow) async throws -> CaptionOutcome {
        let start = ContinuousClock.now
        var best = try await attempt(0, at: question, of: window)
        var last = best
        var attempts = 1
        var discarded = TokenCounts()
        while last.isDoubtful, attempts <= passes.retryFlagged {
            last = try await attempt(attempts, at: question, of: window)
            attempts += 1
            discarded += last.worth > best.worth ? best.tokens : last.tokens
            if last.worth > best.worth { best = last }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var outcome = outcome(of: best)
        if attempts > 1 { outcome.flags.append(.retried) }
        outcome.record = best.answer.map {
            record(of: $0, promptHash: question.hash, seconds: seconds, attempts: attempts, discarded: discarded)
        }
        return outcome
    }

    private func attempt(_ number: Int, at question: Question, of window: any OpenWindow) async throws
        -> CaptionAttempt
    {
        try Task.checkCancellation()
        var sampling = settings.variant.sampling.retried(number)
        sampling.seed = seed.value(prompt: question.prompt, pass: question.pass, attempt: number)
        do {
            return CaptionAttempt(
                try await window.answer(
                    CaptionQuestion(
                        prompt: question.prompt, sampling: sampling, maxOutputTokens: settings.maxOutputTokens)))
        } catch let error as CancellationError {
            throw error
        } catch let error as ShotlistError {
            guard !error.endsRun else { throw error }
            return CaptionAttempt(error)
        } catch {
            return CaptionAttempt(ShotlistError(.internalFailure, "The engine failed: \(error)."))
        }
    }

    private func outcome(of attempt: CaptionAttempt) -> CaptionOutcome {
        var outcome = CaptionOutcome(variant: settings.variant.name, flags: attempt.flags)
        if let error = attempt.error {
            outcome.status = .error
            outcome.reason = WindowReason(error)
            return outcome
        }
        outcome.text = attempt.text
        if let answer = attempt.answer, answer.finishReason == .length {
            outcome.status = .truncated
            outcome.reason = cut(answer)
        }
        return outcome
    }

    /// What cut an answer off: the limit, or before it the end of the model's context.
    private func cut(_ answer: CaptionAnswer) -> WindowReason {
        guard answer.outputTokens < settings.maxOutputTokens else {
            return WindowReason(
                code: "output_limit",
                message: "The caption reached the limit of \(settings.maxOutputTokens) tokens. "
                    + "Raise the limit to let the model finish.")
        }
        return WindowReason(
            ShotlistError(
                .contextTooShort,
                "The caption filled the model's context after \(answer.outputTokens) tokens, behind a prompt of "
                    + "\(answer.promptTokens).",
                remedy: "Lower the sampling rate (--captioning-sampling-fps), the window size "
                    + "(--captioning-window-size) or the most pixels of a frame (--captioning-max-pixels)."))
    }

    private func record(
        of answer: CaptionAnswer, promptHash: String, seconds: Double, attempts: Int, discarded: TokenCounts
    ) -> CaptionRecord {
        CaptionRecord(
            finishReason: answer.finishReason, promptTokens: answer.promptTokens, visionTokens: answer.visionTokens,
            reusedTokens: answer.reusedTokens, outputTokens: answer.outputTokens, modelID: engine.modelID,
            modelRevision: engine.modelRevision, modelPrecision: engine.modelPrecision, promptHash: promptHash,
            seconds: seconds, promptSeconds: answer.promptSeconds, outputSeconds: answer.outputSeconds,
            server: answer.server, attempts: attempts, discarded: discarded)
    }
}
