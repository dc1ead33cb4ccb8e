import Foundation
import ShotlistCore
import ShotlistEngines

/// Asks a text engine to rewrite a window's caption, and keeps what comes of it.
struct Enhancer: Sendable {
    let stage: CaptionEnhancementStage
    let engine: any TextEngine

    /// Writes the enhanced caption and its record on the window, or why there is none.
    ///
    /// - Throws: only what ends the run's work: `CancellationError`, or a ``ShotlistError`` that does.
    func enhance(_ window: inout Window, caption: String) async throws {
        let start = ContinuousClock.now
        do {
            let answer = try await engine.answer(request(for: caption, traceID: window.traceID))
            keep(answer, in: &window, seconds: (ContinuousClock.now - start) / .seconds(1))
        } catch let error as CancellationError {
            throw error
        } catch let error as ShotlistError {
            guard !error.endsRun else { throw error }
            stage.fail(&window, WindowReason(error))
        } catch {
            stage.fail(&window, WindowReason(ShotlistError(.internalFailure, "The enhancement failed: \(error).")))
        }
    }

    /// All requests of a run have the same system message, so that an engine can compute it once.
    private func request(for caption: String, traceID: String) -> TextRequest {
        var sampling = stage.model.sampling
        sampling.seed = Self.seed(stage.seed, caption)
        return TextRequest(
            system: stage.prompt.text, user: caption, sampling: sampling,
            maxOutputTokens: stage.settings.maxOutputTokens, traceID: traceID)
    }

    /// The first 32 bits of the SHA-256 of the run's seed, a line break and the caption: the same caption is rewritten in
    /// the same way, in whatever order captions come.
    private static func seed(_ seed: Int, _ caption: String) -> UInt32 {
        // Eight hexadecimal digits are always a number of 32 bits.
        UInt32(ContentHash.sha256("\(seed)\n\(caption)").prefix(8), radix: 16) ?? 0
    }

    private func keep(_ answer: TextAnswer, in window: inout Window, seconds: Double) {
        let identity = engine.identity
        var record = EnhancementRecord(
            promptHash: stage.prompt.hash,
            answer: EnhancementRecord.Answer(
                finishReason: answer.finishReason, promptTokens: answer.promptTokens,
                reusedTokens: answer.reusedTokens, outputTokens: answer.outputTokens, modelID: identity.modelID,
                modelRevision: identity.modelRevision, modelPrecision: identity.modelPrecision, seconds: seconds,
                promptSeconds: answer.promptSeconds, outputSeconds: answer.outputSeconds))
        // Engines leave thoughts out where they know the model; nothing that thinks aloud may slip through here.
        let text = ThinkingBlock.removed(from: answer.text).trimmingCharacters(in: .whitespacesAndNewlines)
        if !text.isEmpty {
            window.enhancedCaption[stage.model.name] = text
            record.flags = CaptionChecks.flags(of: text)
            if answer.finishReason == .length {
                record.status = .truncated
                record.reason = cut(answer)
            }
        } else {
            record.status = .error
            record.reason = WindowReason(
                ShotlistError(
                    .emptyCaption, "The model answered nothing.", remedy: "Try another prompt or another model."))
        }
        window.enhancementRecord = record
    }
}

extension Enhancer {
    /// What cut an answer off: the limit, or before it the end of the model's context.
    private func cut(_ answer: TextAnswer) -> WindowReason {
        guard answer.outputTokens < stage.settings.maxOutputTokens else {
            return WindowReason(
                code: "output_limit",
                message: "The enhanced caption reached the limit of \(stage.settings.maxOutputTokens) tokens. "
                    + "Raise the limit to let the model finish.")
        }
        return WindowReason(
            ShotlistError(
                .contextTooShort,
                "The enhanced caption filled the text model's context after \(answer.outputTokens) tokens, behind a "
                    + "prompt of \(answer.promptTokens).",
                remedy: "Let captions be shorter (--captioning-max-output-tokens), or use a text model with a longer "
                    + "context."))
    }
}

extension CaptionEnhancementStage {
    /// Says on a window why its caption was not enhanced; the caption stays.
    func fail(_ window: inout Window, _ reason: WindowReason, status: WindowStatus = .error) {
        window.enhancementRecord = EnhancementRecord(status: status, reason: reason, promptHash: prompt.hash)
    }

    /// Says on a captioned window that the run was stopped before its caption was enhanced.
    func leaveOut(_ window: inout Window) {
        guard window.enhancementRecord == nil, caption(of: window) != nil else { return }
        let reason = ShotlistError(
            .cancelled, "The run was stopped before this caption was enhanced.", remedy: "Run it again.")
        fail(&window, WindowReason(reason), status: .skipped)
    }
}
