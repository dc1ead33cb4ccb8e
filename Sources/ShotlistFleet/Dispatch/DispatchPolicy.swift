/// The numbers by which requests are given out.
package struct DispatchPolicy: Sendable {
    /// Requests that a server gets before anything is known of it.
    package var firstLimit = 16
    /// Requests that one server has at most.
    package var mostInFlight = 64
    /// How often a window may break on its way before it is given up.
    package var attempts = 5
    /// How often servers that have turned a window away, as if it had no key, may be found in order before the window is
    /// held to be the reason.
    package var locks = 3
    /// Whether looking at a server asks it a question, so that one that takes no key any more is not found in order.
    package var looksAsk = true
    /// Failures in a row after which a server is left alone.
    package var patience = 3
    /// Refusals for want of room in a row after which a server is left alone.
    package var busyPatience = 8
    /// How long it is left alone first, and at most.
    package var firstRest = Duration.seconds(1)
    package var longestRest = Duration.seconds(60)
    /// How long a server that refuses for want of room gets nothing, unless it says.
    package var busyPause = Duration.milliseconds(500)
    /// A request that takes so many times what 95 of 100 do not exceed is a straggler.
    package var stragglerFactor = 2.0
    /// Answers that must be known before any request is called one.
    package var stragglerEvidence = 20
    /// Makes pauses unequal, so that many clients do not come back together.
    package var jitter: @Sendable (Duration) -> Duration = { $0 * Double.random(in: 0.75...1.25) }

    package init() {}
}
