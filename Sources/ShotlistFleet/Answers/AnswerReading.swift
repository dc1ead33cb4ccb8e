import Foundation
import ShotlistCore

/// An answer's words and what they cost.
struct AnswerReading: Sendable {
    /// The words without white space around them; may be empty.
    let text: String
    let finishReason: CaptionRecord.FinishReason
    let promptTokens: Int
    let outputTokens: Int
    /// Tokens of the prompt that the server's cache had.
    let reusedTokens: Int

    /// - Throws: ``ShotlistError`` (`blocked`) when a filter stopped the answer.
    init(_ answer: ChatAnswer) throws(ShotlistError) {
        let choice = answer.choice
        let words = (choice?.message.content ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        if choice?.finishReason == "content_filter" || (words.isEmpty && choice?.message.refusal?.isEmpty == false) {
            throw ShotlistError(
                .blocked, "The server's content filter stopped the answer.",
                remedy: "Try another prompt, or a server without a filter.")
        }
        text = words
        finishReason = choice?.finishReason == "length" ? .length : .stop
        promptTokens = answer.usage?.prompt ?? 0
        outputTokens = answer.usage?.output ?? 0
        reusedTokens = answer.usage?.cached ?? 0
    }
}
