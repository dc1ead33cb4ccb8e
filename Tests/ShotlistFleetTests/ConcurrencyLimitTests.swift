import ShotlistFleet
import Testing

@Suite("How many requests a server has at once follows its rate of answers")
struct ConcurrencyLimitTests {
    /// A server and its limit.
    private struct Server {
        var limit: ConcurrencyLimit
        var now = Moment.zero
        var value: Int { limit.value }

        init(first: Int, most: Int) {
            limit = ConcurrencyLimit(first: first, most: most)
        }

        /// A round in which it is kept full, or has `inFlight` requests, and gives `rate` answers a second.
        mutating func round(rate: Double, inFlight: Int? = nil) {
            limit.sent(inFlight: inFlight ?? value, now: now)
            for _ in 0..<max(16, 2 * value) {
                now += .seconds(1 / rate)
                limit.answered(now: now)
            }
        }
    }

    @Test("twice as many while that gives more, and never more than the most")
    func grows() {
        var server = Server(first: 4, most: 50)
        for expected in [8, 16, 32, 50, 50, 50] {
            server.round(rate: Double(server.value))
            #expect(server.value == expected)
        }
    }

    @Test("stays where more would give nothing, and looks anew after eight rounds")
    func holds() {
        var server = Server(first: 16, most: 64)
        server.round(rate: 10)
        #expect(server.value == 32)
        for _ in 0..<7 {
            // Less than a twentieth more is the same.
            server.round(rate: 10.4)
            #expect(server.value == 32)
        }
        server.round(rate: 10)
        #expect(server.value == 36)
        server.round(rate: 20)
        #expect(server.value == 40, "an eighth at a time from then on")
    }

    @Test("a server that has not enough to do says nothing")
    func idle() {
        var server = Server(first: 8, most: 64)
        for rate in [1.0, 10, 100] {
            server.round(rate: rate, inFlight: 7)
            #expect(server.value == 8)
        }
        server.round(rate: 1)
        #expect(server.value == 16)
    }

    @Test("half as many when it has too much, once for all that was on the way, and at least one")
    func halves() {
        var server = Server(first: 16, most: 64)
        server.limit.tooMany(sentAt: .zero, now: .seconds(1))
        #expect(server.value == 8)
        server.limit.tooMany(sentAt: .zero, now: .seconds(2))
        server.limit.tooMany(sentAt: .seconds(1), now: .seconds(2))
        #expect(server.value == 8)
        for expected in [4, 2, 1, 1] {
            server.now += .seconds(10)
            server.limit.tooMany(sentAt: server.now, now: server.now + .seconds(1))
            #expect(server.value == expected)
        }
        server.now += .seconds(10)
        server.round(rate: 5)
        #expect(server.value == 2, "one more at a time after that")
        server.round(rate: 10)
        #expect(server.value == 3)
    }

    @Test("begins within its bounds, and stays there whatever happens", arguments: UInt64(1)...20)
    func bounds(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let most = Int.random(in: 0...40, using: &numbers)
        var server = Server(first: Int.random(in: -1...80, using: &numbers), most: most)
        for _ in 0..<2000 {
            guard (1...max(1, most)).contains(server.value) else {
                Issue.record("\(server.value) of at most \(most)")
                return
            }
            if numbers.isOne(of: 50) {
                let sentAt = server.now - .seconds(Double.random(in: 0...2, using: &numbers))
                server.limit.tooMany(sentAt: sentAt, now: server.now)
            } else {
                let inFlight = Int.random(in: 0...server.value, using: &numbers)
                server.round(rate: Double.random(in: 0.1...100, using: &numbers), inFlight: inFlight)
            }
        }
    }
}
