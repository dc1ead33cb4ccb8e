/// A window as the loop knows it.
struct LoopWindow<Content: Sendable, Question: LoopQuestion> {
    typealias Reply = CheckedContinuation<LoopAnswer, any Error>

    /// Whether more than one question may come.
    let asksAgain: Bool
    /// What is to be encoded, until it is.
    var content: Content?
    /// Whether it is being encoded.
    var isEncoding = false
    /// What came of that.
    var encoded: Result<EncodedContent, any Error>?
    /// The question that waits to be put to the model, and who asks.
    var asked: Question?
    /// Who waits for an answer.
    var reply: Reply?
    /// Tokens of the prompt of the question that is being answered.
    var promptTokens = 0
    /// Its seat in the batch.
    var seat: Int?
    /// Whether its one question was answered and its seat is another's.
    var isDone = false
    /// Whether whoever asked has given up.
    var isCancelled = false
    /// Ends its encoding.
    let abort: AbortFlag

    init(_ content: Content, asksAgain: Bool, abort: AbortFlag) {
        self.abort = abort
        self.content = content
        self.asksAgain = asksAgain
    }

    /// Whether it takes up memory ahead of a seat.
    var isAhead: Bool { seat == nil && (isEncoding || (encoded != nil && reply != nil)) }

    /// Whether it has a seat and a question that the model has not been given.
    var waitsInSeat: Bool { seat != nil && asked != nil }

    /// Ends the wait of whoever asks.
    mutating func answer(_ result: Result<LoopAnswer, any Error>) {
        reply?.resume(with: result)
        reply = nil
        asked = nil
    }
}
