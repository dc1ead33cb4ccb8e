/// A moment, counted from when the fleet came together. The machine is told what time it is and asks no clock.
package typealias Moment = Duration

/// How many requests one server has at once: more as long as more give more answers a second, half as many when the server
/// says that it has too many.
///
/// The latency of one request says little about a server that batches: it rises with every request in the batch long before
/// the server is full. What holds or falls is the rate of answers, so that is what is looked at, over at least sixteen
/// answers and two for each request on the way.
package struct ConcurrencyLimit: Sendable {
    /// The most that it may become, at least 1.
    package let most: Int
    /// Where it stands.
    package private(set) var value: Int

    /// As at the start of a connection: twice as many each time, until it no longer helps.
    private var isDoubling = true
    /// The best rate of answers seen so far.
    private var best: Double?
    private var roundsWithoutGain = 0
    private var answers = 0
    private var roundStart: Moment?
    /// Whether the server had as many requests as it may in this round: otherwise the round says nothing.
    private var wasFull = false
    private var lastCut: Moment?

    /// A rate that is better by less than this is the same.
    private static let gain = 1.05
    /// After so many rounds what was the best is looked for anew: servers get other neighbours.
    private static let memory = 8

    package init(first: Int, most: Int) {
        self.most = max(1, most)
        value = min(max(1, first), self.most)
    }

    /// A request went out; `inFlight` are on the way with it.
    package mutating func sent(inFlight: Int, now: Moment) {
        if roundStart == nil { roundStart = now }
        if inFlight >= value { wasFull = true }
    }

    /// An answer came.
    package mutating func answered(now: Moment) {
        answers += 1
        guard answers >= max(16, 2 * value), let start = roundStart, now > start else { return }
        let rate = Double(answers) / ((now - start) / .seconds(1))
        let isJudged = wasFull
        (answers, roundStart, wasFull) = (0, now, false)
        if isJudged { judge(rate) }
    }

    /// The server has too much, or takes too long: half as many. Requests that went out before the last time say nothing new.
    package mutating func tooMany(sentAt: Moment, now: Moment) {
        if let lastCut, sentAt <= lastCut { return }
        lastCut = now
        value = max(1, value / 2)
        isDoubling = false
        best = nil
        roundsWithoutGain = 0
        (answers, roundStart, wasFull) = (0, now, false)
    }

    private mutating func judge(_ rate: Double) {
        if let best, rate < best * Self.gain {
            isDoubling = false
            roundsWithoutGain += 1
            guard roundsWithoutGain >= Self.memory else { return }
        }
        best = rate
        roundsWithoutGain = 0
        value = min(most, isDoubling ? value * 2 : value + max(1, value / 8))
    }
}
