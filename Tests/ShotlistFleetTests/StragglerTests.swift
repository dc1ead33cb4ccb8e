import ShotlistFleet
import Testing

@Suite("What takes far longer than the others is asked a second time")
struct StragglerTests {
    /// Two servers that have given answers of a second each.
    private func seasoned(_ settle: (inout DispatchPolicy) -> Void = { _ in }) throws -> Machine {
        var machine = try Machine(servers: 2) {
            $0.stragglerEvidence = 4
            settle(&$0)
        }
        for _ in 0..<4 {
            let sent = try machine.sent()
            machine.wait(1)
            machine.finish(sent, .answered)
        }
        return machine
    }

    @Test("by another server, once, when it has taken twice as long as others")
    func once() throws {
        var machine = try seasoned()
        let late = try machine.sent()
        machine.wait(2)
        #expect(machine.straggler() == nil)
        machine.wait(0.5)
        let twin = try machine.twin()
        #expect(twin.ticket == late.ticket)
        #expect(twin.server != late.server)
        #expect(machine.dispatch.twinsSent == 1)
        machine.wait(100)
        #expect(machine.straggler() == nil)
        #expect(machine.dispatch.twinsSent == 1)
    }

    @Test("the first answer is taken, and the other request is named, to be stopped", arguments: [true, false])
    func settles(twinIsFirst: Bool) throws {
        var machine = try seasoned()
        let late = try machine.sent()
        machine.wait(3)
        let twin = try machine.twin()
        let (winner, loser) = twinIsFirst ? (twin, late) : (late, twin)
        #expect(machine.finish(winner, .answered) == .settled(twins: [loser.server]))
        #expect(machine.inFlight(winner.server) == 0)
        #expect(machine.inFlight(loser.server) == 1)
        #expect(machine.finish(loser, .broken) == .old)
        #expect(machine.inFlight(loser.server) == 0)
        #expect(machine.state(loser.server)?.failuresInARow == 0, "what was stopped says nothing of its server")
        #expect(machine.dispatch.openCount == 0)
    }

    @Test("when one of both refuses the other may still answer, and when both do it is refused")
    func oneRefuses() throws {
        var machine = try seasoned()
        let late = try machine.sent()
        machine.wait(3)
        let twin = try machine.twin()
        #expect(machine.finish(late, .refused) == .goesOn)
        #expect(machine.dispatch.waitingCount == 0)
        #expect(machine.finish(twin, .refused) == .settled(twins: []))
        #expect(machine.dispatch.openCount == 0)
    }

    @Test("when one of both breaks the other goes on, even when that was the last attempt")
    func oneBreaks() throws {
        var machine = try seasoned { $0.attempts = 1 }
        let late = try machine.sent()
        machine.wait(3)
        let twin = try machine.twin()
        #expect(machine.finish(late, .broken) == .goesOn)
        #expect(machine.dispatch.waitingCount == 0)
        #expect(machine.finish(twin, .answered) == .settled(twins: []))
    }

    @Test("when both break it is over only if that was one too many")
    func bothBreak() throws {
        let ends: [(Int, Dispatch.Fate)] = [(2, .over), (3, .goesOn)]
        for (attempts, fate) in ends {
            var machine = try seasoned { $0.attempts = attempts }
            let late = try machine.sent()
            machine.wait(3)
            let twin = try machine.twin()
            #expect(machine.finish(late, .broken) == .goesOn)
            #expect(machine.finish(twin, .broken) == fate)
            #expect(machine.dispatch.waitingCount == (attempts == 3 ? 1 : 0))
        }
    }

    @Test("not while others wait, not before enough is known, and not without another server")
    func notNow() throws {
        var machine = try seasoned()
        _ = try machine.sent()
        machine.wait(3)
        let waits = machine.ask()
        #expect(machine.straggler() == nil)
        _ = machine.dispatch.cancel(waits)
        #expect(machine.straggler() != nil)

        machine = try seasoned { $0.stragglerEvidence = 5 }
        _ = try machine.sent()
        machine.wait(3)
        #expect(machine.straggler() == nil)

        machine = try seasoned()
        let late = try machine.sent()
        for other in machine.servers where other != late.server { machine.dispatch.remove(other, now: machine.now) }
        machine.wait(3)
        #expect(machine.straggler() == nil)
    }

    @Test("the oldest first, and no more than one in twenty of what the servers may have")
    func few() throws {
        var machine = try seasoned { $0.firstLimit = 20 }
        let first = try machine.sent()
        machine.wait(0.25)
        for _ in 0..<5 { _ = machine.send() }
        machine.wait(3)
        #expect(machine.straggler()?.ticket == first.ticket)
        #expect(machine.straggler() != nil)
        #expect(machine.straggler() == nil, "two servers of twenty may have two twins")
    }
}

@Suite("Latencies are remembered")
struct LatencyRecordTests {
    @Test("a share of them is not above a percentile, and the oldest are forgotten")
    func percentiles() {
        var record = LatencyRecord(capacity: 100)
        #expect(record.percentile(0.5) == nil)
        for milliseconds in (1...100).reversed() { record.add(.milliseconds(milliseconds)) }
        #expect(record.percentile(0) == .milliseconds(1))
        #expect(record.percentile(0.95) == .milliseconds(95))
        #expect(record.percentile(1) == .milliseconds(100))
        for _ in 0..<99 { record.add(.seconds(1)) }
        #expect(record.count == 100)
        #expect(record.percentile(0) == .milliseconds(1))
        record.add(.seconds(2))
        #expect(record.percentile(0) == .seconds(1))
        #expect(record.percentile(1) == .seconds(2))
    }
}
