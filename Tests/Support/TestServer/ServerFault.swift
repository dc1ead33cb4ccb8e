/// What goes wrong with an answer to a question.
package enum ServerFault: Sendable {
    /// No answer ever comes, and the connection stays open.
    case hangs
    /// The right answer comes after so long.
    case late(Duration)
    /// The connection is closed before the head of an answer.
    case closes
    /// The connection is closed after half of the body.
    case halfBody
    /// The body comes a byte at a time, and never ends.
    case drips
    /// Another status, with a pause to keep and a body when there are any.
    case status(Int, retryAfter: String? = nil, body: String = "")
    /// 400, in the words in which this kind of server says that the prompt is longer than its context.
    case contextTooShort
    /// 404, in vLLM's words for a model that it does not have.
    case modelNotFound
    /// 401, with what came as `Authorization` in its words.
    case keyRefused
    /// A redirect to the same path of another server.
    case redirect(to: String)
    /// 200 with this body.
    case body(String)
    /// 200 with this content, or none, and this reason to stop.
    case content(String?, finishReason: String = "stop")
    /// 200 with words that are not UTF-8.
    case notUTF8
    /// `Content-Length` says so many bytes more than there are; fewer, when it is negative. The connection stays open.
    case lyingLength(Int)
    /// A body of so many bytes, in one chunk.
    case huge(Int)
    /// The answer comes twice.
    case twice
}
