import ShotlistFleet
import Testing

@Suite("Whatever happens, nothing is lost and nothing is given twice")
struct DispatchSimulationTests {
    @Test("a hundred thousand steps", arguments: [1, 2, 3, 4] as [UInt64])
    func steps(seed: UInt64) async throws {
        var world = World(seed: seed)
        for number in 0..<100_000 {
            // Other tests want the thread, too.
            if number % 1000 == 0 { await Task.yield() }
            try world.step()
        }
        try world.end()
        // The walk has been everywhere.
        #expect(world.settled > 5000)
        #expect(world.over > 50)
        #expect(world.old > 100)
        #expect(world.dispatch.twinsSent > 10)
        #expect(world.served.count > 50)
    }

    /// A dispatch in a world in which anything may happen next, and what must be true of it.
    struct World {
        var dispatch: Dispatch
        private(set) var (settled, over, old) = (0, 0, 0)
        private(set) var served: Set<Dispatch.ServerID> = []
        private var numbers: SeededNumbers
        private var now = Moment.zero
        private var added = 0
        /// How many requests are open at most for now.
        private var load = 30
        /// Tickets whose fate is not known, with the servers that work on each.
        private var open: [Dispatch.TicketID: Set<Dispatch.ServerID>] = [:]
        /// Every request on the way, also those that nobody waits for.
        private var flights: [Dispatch.Assignment] = []
        private var present: [Dispatch.ServerID] = []
        private var probes: [Dispatch.ServerID] = []

        init(seed: UInt64) {
            numbers = SeededNumbers(seed: seed)
            var policy = DispatchPolicy()
            policy.jitter = { $0 }
            policy.firstLimit = 4
            policy.mostInFlight = 12
            policy.attempts = 2
            policy.stragglerFactor = 0.5
            dispatch = Dispatch(policy: policy)
        }

        private mutating func pick<Element>(from list: [Element]) -> Element? { list.randomElement(using: &numbers) }

        mutating func step() throws {
            switch Int.random(in: 0..<100, using: &numbers) {
            case 0..<30: ask()
            case 30..<75: try finishOne()
            case 75..<78: try drop()
            case 78..<90: now += .milliseconds(Int.random(in: 1...400, using: &numbers))
            case 90..<92: now += .seconds(5)
            case 92..<96: try probe()
            case 96: if present.count < 8 { try add() }
            case 97: if numbers.isOne(of: 4) { remove() } else { load = Int.random(in: 1...60, using: &numbers) }
            default: if let twin = dispatch.nextStraggler(now: now) { try sent(twin, isTwin: true) }
            }
            while let next = dispatch.next(now: now) { try sent(next, isTwin: false) }
            try check()
        }

        private mutating func ask() {
            guard open.count < load else { return }
            let known = pick(from: present)
            let ticket = dispatch.enqueue(prefers: numbers.isOne(of: 2) ? known : nil)
            open[ticket] = []
        }

        private mutating func sent(_ assignment: Dispatch.Assignment, isTwin: Bool) throws {
            let working = open[assignment.ticket]
            try hold(working != nil, "\(assignment) is of no open ticket")
            try hold(working?.count == (isTwin ? 1 : 0), "\(assignment) goes out beside \(working ?? [])")
            try hold(working?.contains(assignment.server) == false, "\(assignment) goes out twice")
            guard let state = dispatch.servers[assignment.server] else {
                throw Violation(description: "\(assignment) goes to nobody")
            }
            let most = min(state.limit.most, state.limit.value + max(1, state.limit.value / 4))
            try hold(state.inFlight <= most, "\(state.inFlight) are on the way, of at most \(most)")
            try hold(state.health == .up && !state.isLeaving && state.pausedUntil <= now, "\(state) was asked")
            open[assignment.ticket]?.insert(assignment.server)
            flights.append(assignment)
            served.insert(assignment.server)
        }

        private mutating func finishOne() throws {
            guard !flights.isEmpty else { return }
            let index = Int.random(in: 0..<flights.count, using: &numbers)
            let flight = flights.remove(at: index)
            let outcomes: [Dispatch.Outcome] = [
                .refused, .broken, .broken, .timedOut, .busy(retryAfter: nil), .busy(retryAfter: .seconds(1)),
                .unreachable, .locked,
            ]
            let trouble = pick(from: outcomes) ?? .broken
            let outcome = numbers.isOne(of: 3) ? trouble : .answered
            try finish(flight, outcome)
        }

        private mutating func finish(_ flight: Dispatch.Assignment, _ outcome: Dispatch.Outcome) throws {
            let working = open[flight.ticket]
            let fate = dispatch.finished(flight, outcome, now: now)
            let isEnd = outcome == .answered || outcome == .refused
            switch fate {
            case .old:
                try hold(working == nil, "\(flight) is called old, and is open")
                old += 1
            case .goesOn:
                try hold(working != nil && outcome != .answered, "\(flight) goes on after \(outcome)")
                open[flight.ticket]?.remove(flight.server)
            case .settled(let twins):
                try hold(working != nil && isEnd, "\(flight) is settled by \(outcome)")
                try hold(Set(twins) == working?.subtracting([flight.server]), "\(flight) has other twins than \(twins)")
                open[flight.ticket] = nil
                settled += 1
            case .over:
                try hold(working == [flight.server] && !isEnd, "\(flight) is over after \(outcome)")
                open[flight.ticket] = nil
                over += 1
            }
        }

        private mutating func drop() throws {
            guard let ticket = pick(from: open.keys.sorted { $0.number < $1.number }) else { return }
            let servers = dispatch.cancel(ticket)
            try hold(Set(servers) == open[ticket], "\(ticket) was with others than \(servers)")
            open[ticket] = nil
        }

        private mutating func add() throws {
            added += 1
            let endpoint = try Machine.endpoint(added)
            present.append(dispatch.add(endpoint, isUp: !numbers.isOne(of: 4), now: now))
        }

        private mutating func remove() {
            guard let server = pick(from: present) else { return }
            present.removeAll { $0 == server }
            dispatch.remove(server, now: now)
        }

        private mutating func probe() throws {
            for due in dispatch.dueProbes(now: now) {
                try hold(present.contains(due), "\(due) is looked at and has left")
                probes.append(due)
            }
            guard !probes.isEmpty else { return }
            let index = Int.random(in: 0..<probes.count, using: &numbers)
            let probed = probes.remove(at: index)
            dispatch.probed(probed, isUp: !numbers.isOne(of: 3), now: now)
        }

        private mutating func check() throws {
            try hold(dispatch.openCount == open.count, "\(dispatch.openCount) are open, not \(open.count)")
            let waiting = open.values.count { $0.isEmpty }
            try hold(dispatch.waitingCount == waiting, "\(dispatch.waitingCount) wait, not \(waiting)")
            var counts: [Dispatch.ServerID: Int] = [:]
            for flight in flights { counts[flight.server, default: 0] += 1 }
            for (id, state) in dispatch.servers {
                let count = counts.removeValue(forKey: id) ?? 0
                try hold(state.inFlight == count, "\(state.inFlight) are on the way to \(id), not \(count)")
                try hold((1...12).contains(state.limit.value), "\(id) has a limit of \(state.limit.value)")
                try hold(state.isLeaving != present.contains(id), "\(id) is there and not")
            }
            try hold(counts.isEmpty, "servers with requests are gone: \(counts)")
            try hold(present.allSatisfy { dispatch.servers[$0] != nil }, "a server is gone")
            // Who is up again and has answered nothing is stuck still; nobody up is stuck always.
            let isAnyUp = present.contains { dispatch.servers[$0]?.health == .up }
            try hold(dispatch.isAnyUp == isAnyUp, "servers are up and are not")
        }

        /// Lets all end well: whoever asked has an answer then.
        mutating func end() throws {
            try add()
            for _ in 0..<10_000 where !open.isEmpty || !flights.isEmpty {
                now += .seconds(1)
                probes += dispatch.dueProbes(now: now)
                for probed in probes { dispatch.probed(probed, isUp: true, now: now) }
                probes = []
                while let next = dispatch.next(now: now) { try sent(next, isTwin: false) }
                for flight in flights { try finish(flight, .answered) }
                flights = []
                try check()
            }
            try hold(open.isEmpty, "\(open.count) are never answered")
            try hold(dispatch.waitingCount == 0 && dispatch.openCount == 0, "something is left")
        }
    }
}

private struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Cheaper than `#expect`, of which there would be millions.
private func hold(_ isSo: Bool, _ what: @autoclosure () -> String) throws {
    if !isSo { throw Violation(description: what()) }
}
