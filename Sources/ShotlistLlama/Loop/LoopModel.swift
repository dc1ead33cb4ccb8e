import ShotlistCore

/// A loaded model as the loop works with it. It belongs to the loop's thread.
protocol LoopModel: AnyObject, SendableMetatype {
    /// What is shown before a question is asked.
    associatedtype Content: Sendable
    /// What is asked.
    associatedtype Question: LoopQuestion
    /// What others than the loop need to know of it.
    associatedtype Facts: Sendable

    /// What others need to know.
    var facts: Facts { get }
    /// Where its windows are answered.
    var batch: SequenceBatch { get }
    /// The most tokens of prompt and answer together.
    var contextLimit: Int { get }
    /// The highest position that an answer may reach.
    var highestPosition: Int { get }
    /// What encodes content, for a thread of its own; nil when there is nothing to encode.
    var encoder: HandedOver<any ContentEncoder<Content>>? { get }
    /// The most tokens of a question that may follow the first about the same content, as far as is known.
    var furtherTokens: Int { get }
    /// Whether encoding and answering need the same processors.
    var sharesProcessors: Bool { get }

    /// A question as tokens, and how many of them are the opening of all such questions when nothing was shown before.
    func tokens(of question: Question) throws -> (tokens: [Int32], opening: Int)
    /// Words that end an answer, told apart by the vocabulary.
    func stops(_ words: [String]) throws -> StopWords
    /// Why a prompt of so many tokens is refused.
    func tooLong(promptTokens: Int, visionTokens: Int) -> ShotlistError
}

/// A question as the loop sees it.
protocol LoopQuestion: Sendable {
    /// How to pick tokens.
    var sampling: SamplingParameters { get }
    /// The most tokens to answer with, at least 1.
    var maxOutputTokens: Int { get }
}

/// Encodes content. It belongs to one thread.
protocol ContentEncoder<Content>: AnyObject, SendableMetatype {
    associatedtype Content: Sendable

    /// Encodes content.
    ///
    /// - Parameter turns: to be taken for each computation; nil when it disturbs nobody.
    /// - Throws: `CancellationError` after an abort; ``ShotlistError``.
    func encode(_ content: Content, abort: AbortFlag, turns: Turns?) throws -> EncodedContent
}

/// Content as the text model reads it.
struct EncodedContent: Sendable {
    /// Its pieces, in order.
    var pieces: [PromptPiece] = []
    /// Where the text after it begins.
    var end = 0
    /// Tokens of text at its beginning that are the same in all windows.
    var opening = 0
    /// Tokens of frames.
    var visionTokens = 0
    /// Tokens of text.
    var textTokens: [Int32] = []
    /// Seconds spent on it.
    var seconds = 0.0

    /// All tokens.
    var tokenCount: Int { textTokens.count + visionTokens }

    /// The same without its pieces, which the batch has.
    var read: EncodedContent {
        var content = self
        content.pieces = []
        return content
    }
}

/// What the loop answers.
struct LoopAnswer: Sendable {
    /// The answer.
    let tokens: AnswerTokens
    /// Tokens of the prompt, those of the content included.
    let promptTokens: Int
    /// Tokens of frames.
    let visionTokens: Int
    /// Tokens of the prompt that were not computed for it.
    let reusedTokens: Int
}
