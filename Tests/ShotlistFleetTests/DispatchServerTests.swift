import ShotlistFleet
import Testing

@Suite("Servers are left alone and come back")
struct DispatchServerTests {
    @Test("one that has too much gets nothing for as long as it says, or for half a second")
    func pauses() throws {
        let pauses: [(asked: Duration?, seconds: Double)] = [(.seconds(5), 5), (nil, 0.5)]
        for (asked, seconds) in pauses {
            var machine = try Machine(servers: 1)
            try machine.sendAndFinish(.busy(retryAfter: asked))
            machine.wait(seconds - 0.25)
            #expect(machine.next() == nil)
            machine.wait(0.25)
            #expect(machine.next() != nil)
        }
    }

    @Test("a pause of hours is kept for a minute: a run would say nothing all the while")
    func longPause() throws {
        var machine = try Machine(servers: 1)
        try machine.sendAndFinish(.busy(retryAfter: .seconds(7200)))
        machine.wait(59)
        #expect(machine.next() == nil)
        machine.wait(1)
        #expect(machine.next() != nil)
    }

    @Test("requests that were on the way together halve the limit once")
    func halvedOnce() throws {
        var machine = try Machine(servers: 1) { $0.firstLimit = 16 }
        for _ in 0..<6 { _ = machine.ask() }
        let sent = machine.all()
        machine.wait(1)
        for one in sent {
            machine.finish(one, .busy(retryAfter: nil))
            machine.wait(0.01)
        }
        #expect(machine.state(machine.servers[0])?.limit.value == 8)
        machine.wait(1)
        try machine.goOn(.busy(retryAfter: nil))
        #expect(machine.state(machine.servers[0])?.limit.value == 4)
    }

    @Test("one that takes too long gets fewer requests, and rests from the third time on")
    func timeouts() throws {
        var machine = try Machine(servers: 1)
        let server = machine.servers[0]
        for (count, limit) in [(1, 2), (2, 1), (3, 1)] {
            machine.wait(10)
            try machine.sendAndFinish(.timedOut)
            #expect(machine.state(server)?.limit.value == limit)
            #expect((machine.state(server)?.health == .up) == (count < 3))
        }
    }

    @Test("an answer between failures lets them count anew")
    func patience() throws {
        var machine = try Machine(servers: 1)
        let server = machine.servers[0]
        for outcome in [Dispatch.Outcome.broken, .broken, .answered, .broken, .broken] {
            machine.wait(100)
            try machine.sendAndFinish(outcome)
        }
        #expect(machine.state(server)?.health == .up)
        try machine.sendAndFinish(.broken)
        #expect(machine.state(server)?.health == .resting(until: machine.now + .seconds(1)))
    }

    @Test("eight refusals for want of room in a row are a rest")
    func busyPatience() throws {
        var machine = try Machine(servers: 1)
        let server = machine.servers[0]
        _ = machine.ask()
        for _ in 0..<8 {
            #expect(machine.state(server)?.health == .up)
            machine.wait(1)
            try machine.goOn(.busy(retryAfter: nil))
        }
        #expect(machine.state(server)?.health == .resting(until: machine.now + .seconds(1)))
    }

    @Test("each rest is twice as long as the one before, up to a minute, until an answer comes")
    func rests() throws {
        var machine = try Machine(servers: 1)
        let server = machine.servers[0]
        try machine.sendAndFinish(.unreachable)
        for seconds in [1.0, 2, 4, 8, 16, 32, 60, 60] {
            #expect(machine.state(server)?.health == .resting(until: machine.now + .seconds(seconds)))
            machine.wait(seconds - 0.5)
            #expect(machine.dispatch.dueProbes(now: machine.now) == [])
            #expect(machine.next() == nil)
            machine.wait(0.5)
            #expect(machine.dispatch.dueProbes(now: machine.now) == [server])
            #expect(machine.dispatch.dueProbes(now: machine.now) == [], "it is being looked at")
            #expect(machine.next() == nil)
            machine.dispatch.probed(server, isUp: false, now: machine.now)
        }
        machine.wait(60)
        _ = machine.dispatch.dueProbes(now: machine.now)
        machine.dispatch.probed(server, isUp: true, now: machine.now)
        try machine.goOn(.answered)
        try machine.sendAndFinish(.unreachable)
        #expect(machine.state(server)?.health == .resting(until: machine.now + .seconds(1)))
    }

    @Test("requests that fail together make one rest")
    func together() throws {
        var machine = try Machine(servers: 1)
        for _ in 0..<4 { _ = machine.ask() }
        for one in machine.all() { machine.finish(one, .unreachable) }
        #expect(machine.state(machine.servers[0])?.health == .resting(until: .seconds(1)))
        #expect(machine.dispatch.waitingCount == 4)
    }

    @Test("one that is not there yet is looked at after a while")
    func notThereYet() throws {
        var machine = try Machine(servers: 0)
        let server = machine.dispatch.add(try Machine.endpoint(1), isUp: false, now: machine.now)
        #expect(machine.send() == nil)
        #expect(!machine.dispatch.isAnyUp)
        machine.wait(1)
        #expect(machine.dispatch.dueProbes(now: machine.now) == [server])
        machine.dispatch.probed(server, isUp: true, now: machine.now)
        #expect(machine.dispatch.isAnyUp)
        #expect(machine.next()?.server == server)
    }

    @Test("one that leaves gets nothing more, and is gone when its last request is done")
    func leaves() throws {
        var machine = try Machine(servers: 2)
        let (a, b) = (machine.servers[0], machine.servers[1])
        let sent = try machine.sent()
        #expect(sent.server == a)
        machine.dispatch.remove(a, now: machine.now)
        for _ in 0..<3 { #expect(machine.send()?.server == b) }
        #expect(machine.state(a) != nil)
        #expect(machine.finish(sent, .answered) == .settled(twins: []))
        #expect(machine.state(a) == nil)
        machine.dispatch.remove(b, now: machine.now)
        #expect(!machine.dispatch.isAnyUp)
        #expect(machine.state(b)?.isLeaving == true)
    }

    @Test("one that leaves while it rests is not looked at any more")
    func leavesAtRest() throws {
        var machine = try Machine(servers: 1)
        try machine.sendAndFinish(.unreachable)
        machine.dispatch.remove(machine.servers[0], now: machine.now)
        machine.wait(100)
        #expect(machine.dispatch.dueProbes(now: machine.now) == [])
        #expect(machine.dispatch.servers.isEmpty)
        #expect(machine.dispatch.waitingCount == 1)
    }

    @Test("how long no server could be asked counts from the last one's rest to the next answer")
    func stuck() throws {
        var machine = try Machine(servers: 2)
        let (a, b) = (machine.servers[0], machine.servers[1])
        let first = try machine.sent()
        let second = try machine.sent()
        machine.wait(1)
        machine.finish(first, .unreachable)
        #expect(machine.dispatch.stuckSince == nil, "the other is up")
        machine.wait(1)
        machine.finish(second, .unreachable)
        #expect(machine.dispatch.stuckSince == .seconds(2))
        machine.wait(1)
        #expect(machine.dispatch.dueProbes(now: machine.now) == [a, b])
        machine.dispatch.probed(a, isUp: false, now: machine.now)
        machine.dispatch.probed(b, isUp: true, now: machine.now)
        #expect(machine.dispatch.stuckSince == .seconds(2), "it has not answered yet")
        machine.wait(1)
        try machine.goOn(.answered)
        #expect(machine.dispatch.stuckSince == nil)
    }

    @Test("a time without requests does not count")
    func resumed() throws {
        var machine = try Machine(servers: 1)
        let sent = try machine.sent()
        machine.finish(sent, .unreachable)
        #expect(machine.dispatch.stuckSince == .zero)
        _ = machine.dispatch.cancel(sent.ticket)
        machine.wait(50)
        machine.dispatch.resumed(now: machine.now)
        #expect(machine.dispatch.stuckSince == .seconds(50))
        _ = machine.dispatch.dueProbes(now: machine.now)
        machine.dispatch.probed(sent.server, isUp: true, now: machine.now)
        machine.dispatch.resumed(now: machine.now)
        #expect(machine.dispatch.stuckSince == nil)
    }

    @Test("a fleet whose last server has left is stuck")
    func nobody() throws {
        var machine = try Machine(servers: 1)
        machine.wait(3)
        machine.dispatch.remove(machine.servers[0], now: machine.now)
        #expect(machine.dispatch.stuckSince == .seconds(3))
        #expect(machine.send() == nil)
    }
}
