/// What goes wrong with an answer.
package enum Fault: Sendable {
    /// The connection is closed after so many bytes of the body; not before the hub is told to go on, when it is held.
    case cut(after: Int, held: Bool = false)
    /// The answer to a range is another range.
    case wrongRange
    /// A range is answered with the whole file.
    case ignoresRange
    /// `Content-Length` is this, and the body that long, with zeroes at the end.
    case lyingLength(Int)
    /// A byte of the body is another.
    case wrongByte
    /// Another status, with a pause to keep when there is one.
    case status(Int, retryAfter: String? = nil)
    /// A redirect to the same path of another server.
    case redirect(to: String)
    /// The answer waits until the hub is told to go on.
    case held
}
