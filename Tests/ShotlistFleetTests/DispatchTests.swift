import ShotlistFleet
import Testing

@Suite("Requests are given out")
struct DispatchTests {
    @Test("in turn to servers that are equally full, and no server gets more than its limit")
    func turns() throws {
        var machine = try Machine(servers: 2)
        for _ in 0..<10 { _ = machine.ask() }
        let (a, b) = (machine.servers[0], machine.servers[1])
        #expect(machine.all().map(\.server) == [a, b, a, b, a, b, a, b])
        #expect(machine.dispatch.waitingCount == 2)
        #expect(machine.dispatch.openCount == 10)
    }

    @Test("to the server that is least full for its limit")
    func leastLoaded() throws {
        var machine = try Machine(servers: 2)
        let first = try machine.sent()
        machine.finish(first, .busy(retryAfter: nil))
        #expect(machine.state(first.server)?.limit.value == 2)
        machine.wait(1)
        // What was turned away goes first, and to the other.
        for _ in 0..<5 { _ = machine.ask() }
        _ = machine.all()
        #expect(machine.servers.map { machine.inFlight($0) } == [2, 4])
        machine = try Machine(servers: 2)
        let cut = try machine.sent()
        machine.finish(cut, .busy(retryAfter: nil))
        machine.wait(1)
        for _ in 0..<2 { _ = machine.ask() }
        _ = machine.all()
        #expect(machine.servers.map { machine.inFlight($0) } == [1, 2])
    }

    @Test("in the order in which they came; one that broke goes before those that came later")
    func order() throws {
        var machine = try Machine(servers: 1) { $0.firstLimit = 1 }
        let tickets = (0..<3).map { _ in machine.ask() }
        let first = try machine.following()
        #expect(first.ticket == tickets[0])
        #expect(machine.next() == nil)
        #expect(machine.finish(first, .broken) == .goesOn)
        let second = try machine.following()
        #expect(second.ticket == tickets[1], "the first waits for its pause")
        machine.wait(1)
        machine.finish(second, .answered)
        #expect(machine.next()?.ticket == tickets[0])
    }

    @Test("to another server than the one on which they broke, however full that is")
    func avoids() throws {
        var machine = try Machine(servers: 2)
        let (a, b) = (machine.servers[0], machine.servers[1])
        let broken = try machine.sent()
        #expect(broken.server == a)
        _ = try machine.sent()
        _ = try machine.sent(prefers: b)
        machine.finish(broken, .broken)
        machine.wait(1)
        let again = try machine.following()
        #expect(again == Dispatch.Assignment(ticket: broken.ticket, server: b))
    }

    @Test("to the same server again when there is no other, and not while the other is only full")
    func noOther() throws {
        var machine = try Machine(servers: 2) { $0.firstLimit = 1 }
        let (a, b) = (machine.servers[0], machine.servers[1])
        let broken = try machine.sent()
        let other = try machine.sent()
        #expect([broken.server, other.server] == [a, b])
        machine.finish(broken, .broken)
        machine.wait(1)
        #expect(machine.next() == nil)
        let later = try machine.sent()
        #expect(later.server == a, "who comes later is not held up")
        machine.finish(later, .answered)
        machine.finish(other, .unreachable)
        // What was on the other waits, too; the first of both goes first.
        #expect(machine.next() == Dispatch.Assignment(ticket: broken.ticket, server: a))
    }

    @Test("further questions go to the server that has seen the window, a quarter above its limit")
    func preference() throws {
        var machine = try Machine(servers: 2)
        let (a, b) = (machine.servers[0], machine.servers[1])
        let sent = (0..<6).compactMap { _ in machine.send(prefers: a) }
        #expect(sent.map(\.server) == [a, a, a, a, a, b])
        #expect(machine.inFlight(a) == 5)
        #expect(machine.send()?.server == b, "strangers get no room above the limit")
    }

    @Test("further questions go before windows that nobody has seen")
    func returning() throws {
        var machine = try Machine(servers: 1)
        let (new, known) = (machine.ask(), machine.ask(prefers: machine.servers[0]))
        #expect(machine.all().map(\.ticket) == [known, new])
    }

    @Test("a further question that broke where the window was seen goes elsewhere, and does not come back")
    func preferenceLost() throws {
        var machine = try Machine(servers: 2)
        let (a, b) = (machine.servers[0], machine.servers[1])
        let sent = try machine.sent(prefers: b)
        machine.finish(sent, .broken)
        machine.wait(1)
        #expect(machine.next()?.server == a)
    }

    @Test("a window whose server has left is asked about elsewhere")
    func preferenceGone() throws {
        var machine = try Machine(servers: 2)
        machine.dispatch.remove(machine.servers[0], now: machine.now)
        #expect(machine.send(prefers: machine.servers[0])?.server == machine.servers[1])
    }

    @Test("a request that breaks too often is over; those that time out count as broken")
    func attempts() throws {
        var machine = try Machine(servers: 3) { $0.attempts = 3 }
        _ = machine.ask()
        let ends: [(Dispatch.Outcome, Dispatch.Fate)] = [(.broken, .goesOn), (.timedOut, .goesOn), (.broken, .over)]
        for (outcome, fate) in ends {
            machine.wait(5)
            let sent = try machine.following()
            #expect(machine.finish(sent, outcome) == fate)
        }
        #expect(machine.dispatch.openCount == 0)
        #expect(machine.dispatch.waitingCount == 0)
    }

    @Test(
        "what is the server's matter alone is no attempt",
        arguments: [Dispatch.Outcome.unreachable, .busy(retryAfter: .seconds(1))])
    func noAttempt(outcome: Dispatch.Outcome) throws {
        var machine = try Machine(servers: 1) { $0.attempts = 2 }
        _ = machine.ask()
        for _ in 0..<20 {
            machine.wait(100)
            for id in machine.dispatch.dueProbes(now: machine.now) {
                machine.dispatch.probed(id, isUp: true, now: machine.now)
            }
            let sent = try machine.following()
            #expect(machine.finish(sent, outcome) == .goesOn)
        }
        #expect(machine.dispatch.waitingCount == 1)
    }

    @Test("a request that servers in order turn away again and again is to blame, and ends")
    func lockedInVain() throws {
        var machine = try Machine(servers: 1)
        _ = machine.ask()
        for fate in [Dispatch.Fate.goesOn, .goesOn, .goesOn, .over] {
            machine.wait(100)
            for id in machine.dispatch.dueProbes(now: machine.now) {
                machine.dispatch.probed(id, isUp: true, now: machine.now)
            }
            let sent = try machine.following()
            #expect(machine.finish(sent, .locked) == fate)
        }
        #expect(machine.dispatch.openCount == 0)
    }

    @Test("a request that a server turns away which is still closed when it is looked at waits")
    func locked() throws {
        var machine = try Machine(servers: 1)
        _ = machine.ask()
        for _ in 0..<10 {
            let sent = try machine.following()
            #expect(machine.finish(sent, .locked) == .goesOn)
            for isUp in [false, true] {
                machine.wait(100)
                let due = machine.dispatch.dueProbes(now: machine.now)
                #expect(due == machine.servers)
                for id in due { machine.dispatch.probed(id, isUp: isUp, now: machine.now) }
            }
        }
        try machine.goOn(.answered)
        #expect(machine.dispatch.openCount == 0)
    }

    @Test("what was sent before a server came back does not send it to rest again")
    func stale() throws {
        var machine = try Machine(servers: 1)
        let (first, late) = (try machine.sent(), try machine.sent())
        machine.finish(first, .unreachable)
        machine.wait(10)
        for id in machine.dispatch.dueProbes(now: machine.now) {
            machine.dispatch.probed(id, isUp: true, now: machine.now)
        }
        #expect(machine.finish(late, .unreachable) == .goesOn)
        #expect(machine.state(late.server)?.health == .up)
        try machine.goOn(.unreachable)
        #expect(machine.state(late.server)?.health != .up)
    }

    @Test("what one server refuses is asked of one other, and then is refused")
    func refusedTwice() throws {
        var machine = try Machine(servers: 3)
        let first = try machine.sent()
        #expect(machine.finish(first, .refused) == .goesOn)
        let second = try machine.following()
        #expect(second.ticket == first.ticket && second.server != first.server)
        #expect(machine.finish(second, .refused) == .settled(twins: []))
        let third = try machine.sent()
        #expect(machine.finish(third, .refused) == .goesOn)
        try machine.goOn(.answered)
        #expect(machine.dispatch.openCount == 0)
    }

    @Test("a server that was left with one place is not given two, by a window that it knows either")
    func onePlace() throws {
        var machine = try Machine(servers: 1) { ($0.firstLimit, $0.mostInFlight) = (1, 1) }
        _ = try machine.sent()
        #expect(machine.send(prefers: machine.servers[0]) == nil)
    }

    @Test("a refusal ends a request, and speaks for the server")
    func refused() throws {
        var machine = try Machine(servers: 1)
        let broken = try machine.sent()
        machine.finish(broken, .broken)
        #expect(machine.state(broken.server)?.failuresInARow == 1)
        let refused = try machine.sent()
        #expect(machine.finish(refused, .refused) == .settled(twins: []))
        #expect(machine.state(broken.server)?.failuresInARow == 0)
        #expect(machine.dispatch.latency(0.5) == nil)
    }

    @Test("a request that is dropped is gone, on its way or not")
    func dropped() throws {
        var machine = try Machine(servers: 1) { $0.firstLimit = 1 }
        let sent = try machine.sent()
        let waits = machine.ask()
        #expect(machine.dispatch.cancel(waits) == [])
        #expect(machine.dispatch.cancel(sent.ticket) == [sent.server])
        #expect(machine.dispatch.openCount == 0)
        #expect(machine.inFlight(sent.server) == 1, "the server works on it until it is stopped")
        #expect(machine.finish(sent, .broken) == .old)
        #expect(machine.inFlight(sent.server) == 0)
        #expect(machine.state(sent.server)?.failuresInARow == 0)
        #expect(machine.dispatch.cancel(sent.ticket) == [])
    }
}
