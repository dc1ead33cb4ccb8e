/// What is known of one server.
package struct EndpointState: Sendable {
    /// Whether it is asked.
    package enum Health: Sendable, Hashable {
        /// It is.
        case up
        /// It is left alone until then.
        case resting(until: Moment)
        /// It was left alone, and is being looked at.
        case probing
    }

    package let endpoint: Endpoint
    package var health = Health.up
    package var limit: ConcurrencyLimit
    package var inFlight = 0
    /// It asked for a pause.
    package var pausedUntil = Moment.zero
    /// No longer in the list: it gets nothing more, and goes when what it has is done.
    package var isLeaving = false
    /// When it was last sent something, so that equals take turns.
    package var lastSent = Moment.zero
    /// When it was last found to be there. What went out before and fails says nothing of how it is now.
    package var upSince = Moment.zero
    /// The request at which it took the key, or knew the model, no longer.
    package var lockedAt: Dispatch.TicketID?
    /// Failures since the last answer.
    package private(set) var failuresInARow = 0
    /// Rests since the last answer.
    private var rests = 0

    package init(endpoint: Endpoint, limit: ConcurrencyLimit) {
        self.endpoint = endpoint
        self.limit = limit
    }

    /// Whether it can be sent something now.
    package func hasRoom(now: Moment) -> Bool {
        isTaking(now: now) && inFlight < limit.value
    }

    /// The same for a window that it has seen already: rather a little too much than to read the video elsewhere.
    package func hasRoomForAcquaintance(now: Moment) -> Bool {
        isTaking(now: now) && inFlight < min(limit.most, limit.value + max(1, limit.value / 4))
    }

    private func isTaking(now: Moment) -> Bool {
        health == .up && !isLeaving && pausedUntil <= now
    }

    /// How full it is: 1 is full.
    package var load: Double { Double(inFlight) / Double(limit.value) }

    package mutating func answered() {
        failuresInARow = 0
        rests = 0
    }

    /// Counts a failure; from `patience` in a row on it rests.
    package mutating func failed(now: Moment, patience: Int, policy: DispatchPolicy) {
        failuresInARow += 1
        if failuresInARow >= patience { rest(now: now, policy: policy) }
    }

    /// Leaves it alone, the longer the more often, from a second to a minute.
    package mutating func rest(now: Moment, policy: DispatchPolicy) {
        // Requests that were on the way together fail together, and count once.
        if case .resting = health { return }
        let pause = min(policy.firstRest * (1 << min(rests, 10)), policy.longestRest)
        rests += 1
        health = .resting(until: now + policy.jitter(pause))
    }
}
