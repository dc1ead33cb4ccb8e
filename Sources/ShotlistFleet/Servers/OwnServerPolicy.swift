/// The numbers by which a server that is started here is waited for, started again and stopped.
package struct OwnServerPolicy: Sendable {
    /// It is given up when it has died so often...
    package var mostDeaths = 3
    /// ...within this time.
    package var deathPeriod = Duration.seconds(600)
    /// How long a server that died is left before it is started again: a GPU's memory is not free at once.
    package var restartPause = Duration.seconds(1)
    /// How long it may take until it answers; a model may have to be downloaded first.
    package var startTime = Duration.seconds(3600)
    /// How often it is asked whether it is ready.
    package var lookPeriod = Duration.milliseconds(500)
    /// How often at most a line of its log is shown while it is waited for.
    package var noticePeriod = Duration.seconds(5)
    /// How long it may take to end when it is asked to.
    package var stopTime = Duration.seconds(10)

    package init() {}
}

/// When a server died.
package struct Deaths: Sendable {
    private var times: [Moment] = []
    private let policy: OwnServerPolicy

    package init(policy: OwnServerPolicy) {
        self.policy = policy
    }

    /// Counts a death; whether it was one too many.
    package mutating func isTooMany(now: Moment) -> Bool {
        times = times.filter { now - $0 < policy.deathPeriod } + [now]
        return times.count >= policy.mostDeaths
    }
}
