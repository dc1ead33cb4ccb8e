/// What is known of one server.
struct EndpointState: Sendable {
    /// Whether it is asked.
    enum Health: Sendable, Hashable {
        /// It is.
        case up
        /// It is left alone until then.
        case resting(until: Moment)
        /// It was left alone, and is being looked at.
        case probing
    }

    let endpoint: Endpoint
    var health = Health.up
    var limit: ConcurrencyLimit
    var inFlight = 0
    /// It asked for a pause.
    var pausedUntil = Moment.zero
    /// No longer in the list: it gets nothing more, and goes when what it has is done.
    var isLeaving = false
    /// When it was last sent something, so that equals take turns.
    var lastSent = Moment.zero
    /// Failures since the last answer.
    private(set) var failuresInARow = 0
    /// Rests since the last answer.
    private var rests = 0

    init(endpoint: Endpoint, limit: ConcurrencyLimit) {
        self.endpoint = endpoint
        self.limit = limit
    }

    /// Whether it can be sent something now.
    func hasRoom(now: Moment) -> Bool {
        isTaking(now: now) && inFlight < limit.value
    }

    /// The same for a window that it has seen already: rather a little too much than to read the video elsewhere.
    func hasRoomForAcquaintance(now: Moment) -> Bool {
        isTaking(now: now) && inFlight < limit.value + max(1, limit.value / 4)
    }

    private func isTaking(now: Moment) -> Bool {
        health == .up && !isLeaving && pausedUntil <= now
    }

    /// How full it is: 1 is full.
    var load: Double { Double(inFlight) / Double(limit.value) }

    mutating func answered() {
        failuresInARow = 0
        rests = 0
    }

    /// Counts a failure; from `patience` in a row on it rests.
    mutating func failed(now: Moment, patience: Int, policy: DispatchPolicy) {
        failuresInARow += 1
        if failuresInARow >= patience { rest(now: now, policy: policy) }
    }

    /// Leaves it alone, the longer the more often, from a second to a minute.
    mutating func rest(now: Moment, policy: DispatchPolicy) {
        // Requests that were on the way together fail together, and count once.
        if case .resting = health { return }
        let pause = min(policy.firstRest * (1 << min(rests, 10)), policy.longestRest)
        rests += 1
        health = .resting(until: now + policy.jitter(pause))
    }
}

/// The numbers by which requests are given out.
struct DispatchPolicy: Sendable {
    /// Requests that a server gets before anything is known of it.
    var firstLimit = 16
    /// Requests that one server has at most.
    var mostInFlight = 64
    /// How often a window may break on its way before it is given up.
    var attempts = 5
    /// Failures in a row after which a server is left alone.
    var patience = 3
    /// Refusals for want of room in a row after which a server is left alone.
    var busyPatience = 8
    /// How long it is left alone first, and at most.
    var firstRest = Duration.seconds(1)
    var longestRest = Duration.seconds(60)
    /// How long a server that refuses for want of room gets nothing, unless it says.
    var busyPause = Duration.milliseconds(500)
    /// A request that takes so many times what 95 of 100 do not exceed is a straggler.
    var stragglerFactor = 2.0
    /// Answers that must be known before any request is called one.
    var stragglerEvidence = 20
    /// Makes pauses unequal, so that many clients do not come back together.
    var jitter: @Sendable (Duration) -> Duration = { $0 * Double.random(in: 0.75...1.25) }
}
