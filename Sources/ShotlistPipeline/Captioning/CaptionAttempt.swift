import Foundation
import ShotlistCore
import ShotlistEngines

/// One answer to a question, judged; or the error in its place.
struct CaptionAttempt: Sendable {
    /// The answer; nil when the engine threw.
    let answer: CaptionAnswer?
    /// The caption: the answer's words without thoughts and without white space around them. May be empty.
    let text: String
    /// What a reader may doubt in it.
    let flags: [WindowFlag]
    /// Why there is no caption; nil when there is one.
    let error: ShotlistError?

    /// Judges an answer.
    init(_ answer: CaptionAnswer) {
        self.answer = answer
        // Engines leave thoughts out where they know the model; nothing that thinks aloud may slip through here.
        text = ThinkingBlock.removed(from: answer.text).trimmingCharacters(in: .whitespacesAndNewlines)
        flags = CaptionChecks.flags(of: text)
        error =
            text.isEmpty
            ? ShotlistError(
                .emptyCaption, "The model answered nothing.", remedy: "Try another prompt or another model.") : nil
    }

    /// Keeps an error.
    init(_ error: ShotlistError) {
        answer = nil
        text = ""
        flags = []
        self.error = error
    }

    /// Whether asking again may help: the caption is empty, cut off, repeating or a refusal. An engine that fails is
    /// not asked again.
    var isDoubtful: Bool {
        guard let error else { return !flags.isEmpty || answer?.finishReason == .length }
        return error.code == .emptyCaption
    }

    /// How good the caption is beside others: whole and free of flags; cut off; repeating; repeating to the limit; a
    /// refusal; an empty one; an error.
    var worth: Int {
        guard let answer else { return 0 }
        guard error == nil else { return 1 }
        if flags.contains(.refused) { return 2 }
        let isCut = answer.finishReason == .length
        if flags.contains(.repeating) { return isCut ? 3 : 4 }
        return isCut ? 5 : 6
    }

    /// What it cost, as far as the engine said.
    var tokens: TokenCounts {
        TokenCounts(
            prompt: answer?.promptTokens ?? 0, reused: answer?.reusedTokens ?? 0, output: answer?.outputTokens ?? 0)
    }
}

extension SamplingParameters {
    /// The same sampling changed a little, to ask again with.
    ///
    /// The n-th retry has `temperature` higher by 0.1 n up to 1, `topP` of at least 0.8 (Qwen's 0.001 takes the
    /// likeliest token whatever the seed), and `repetitionPenalty` higher by 0.05 n up to 1.3; nothing is lowered.
    /// Attempt 0 is the first, and changes nothing.
    func retried(_ attempt: Int) -> SamplingParameters {
        guard attempt > 0 else { return self }
        var sampling = self
        sampling.temperature = max(temperature, min(temperature + 0.1 * Double(attempt), 1))
        sampling.topP = max(topP, 0.8)
        sampling.repetitionPenalty = max(
            repetitionPenalty, min(repetitionPenalty + 0.05 * Double(attempt), 1.3))
        return sampling
    }
}
