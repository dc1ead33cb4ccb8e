/// Who is asked what next: a machine that is told what happens and says what to do. It has no clock, no tasks and no sockets.
///
/// One queue serves all servers. A request goes to the server that is least loaded for its limit; one that broke goes to
/// another; when nothing waits, what takes far longer than the others is asked a second time elsewhere.
package struct Dispatch: Sendable {
    private struct Ticket: Sendable {
        var inFlight: [ServerID: Moment] = [:]
        var failures = 0
        /// Servers that refused it.
        var refusals = 0
        /// Servers that turned it away as if it had no key, and were in order when they were looked at.
        var lockedInVain = 0
        var notBefore = Moment.zero
        var avoids: ServerID?
        var prefers: ServerID?
        var hasTwin = false
    }

    package private(set) var servers: [ServerID: EndpointState] = [:]
    /// Requests that were sent a second time because they took long.
    package private(set) var twinsSent = 0
    private var tickets: [TicketID: Ticket] = [:]
    private var queue = TicketQueue()
    private var latencies = LatencyRecord()
    private var nextNumber = 0
    /// Since when no server could be asked, without an answer in between.
    package private(set) var stuckSince: Moment?
    package let policy: DispatchPolicy

    package init(policy: DispatchPolicy) {
        self.policy = policy
    }

    /// How many wait to be sent.
    package var waitingCount: Int { queue.count }

    /// How many are not done.
    package var openCount: Int { tickets.count }

    /// Whether any server is asked at present.
    package var isAnyUp: Bool { servers.values.contains { $0.health == .up && !$0.isLeaving } }

    // MARK: Servers

    /// Takes a server in; one that is not reachable yet is looked at after a while.
    package mutating func add(_ endpoint: Endpoint, isUp: Bool, now: Moment) -> ServerID {
        nextNumber += 1
        let id = ServerID(number: nextNumber)
        var state = EndpointState(
            endpoint: endpoint, limit: ConcurrencyLimit(first: policy.firstLimit, most: policy.mostInFlight))
        if !isUp { state.rest(now: now, policy: policy) }
        servers[id] = state
        noteWhetherStuck(now: now)
        return id
    }

    /// Lets a server go: it gets nothing more.
    package mutating func remove(_ id: ServerID, now: Moment) {
        servers[id]?.isLeaving = true
        dropIfGone(id)
        noteWhetherStuck(now: now)
    }

    /// The servers that were left alone long enough; each is to be looked at, and ``probed(_:isUp:now:)`` called.
    package mutating func dueProbes(now: Moment) -> [ServerID] {
        let due = servers.filter {
            guard case .resting(let until) = $0.value.health else { return false }
            return until <= now && !$0.value.isLeaving
        }.keys.sorted()
        for id in due { servers[id]?.health = .probing }
        return due
    }

    /// What looking at a server gave.
    package mutating func probed(_ id: ServerID, isUp: Bool, now: Moment) {
        guard servers[id]?.health == .probing else { return }
        servers[id]?.health = .up
        servers[id]?.upSince = now
        if isUp, policy.looksAsk, let ticket = servers[id]?.lockedAt { tickets[ticket]?.lockedInVain += 1 }
        servers[id]?.lockedAt = nil
        if !isUp { servers[id]?.rest(now: now, policy: policy) }
        noteWhetherStuck(now: now)
    }

    // MARK: Requests

    /// Takes a request.
    ///
    /// - Parameter prefers: the server that has seen the same window.
    package mutating func enqueue(prefers: ServerID?) -> TicketID {
        nextNumber += 1
        let id = TicketID(number: nextNumber)
        tickets[id] = Ticket(prefers: prefers)
        queue.insert(id, isReturning: prefers != nil)
        return id
    }

    /// Says that requests come after a time without any: how long no server could be asked counts from here.
    package mutating func resumed(now: Moment) {
        stuckSince = nil
        noteWhetherStuck(now: now)
    }

    /// Drops a request; the servers that work on it.
    package mutating func cancel(_ id: TicketID) -> [ServerID] {
        guard let ticket = tickets.removeValue(forKey: id) else { return [] }
        queue.remove(id)
        return ticket.inFlight.keys.sorted()
    }

    /// The next request to send, and to whom; nil when there is nothing to send or nobody to send it to.
    package mutating func next(now: Moment) -> Assignment? {
        let isAnyFree = servers.values.contains { $0.hasRoom(now: now) }
        for id in queue.returning {
            guard let ticket = tickets[id], ticket.notBefore <= now,
                let server = acquaintance(of: ticket, now: now)
                    ?? (isAnyFree ? stranger(for: ticket, now: now) : nil)
            else { continue }
            return send(id, to: server, now: now)
        }
        guard isAnyFree else { return nil }
        for id in queue.newcomers {
            guard let ticket = tickets[id], ticket.notBefore <= now, let server = stranger(for: ticket, now: now)
            else { continue }
            return send(id, to: server, now: now)
        }
        return nil
    }

    /// A request to send a second time, when nothing waits: the oldest of those that take far longer than the others, once
    /// each, and never more than one in twenty of what the servers may have.
    package mutating func nextStraggler(now: Moment) -> Assignment? {
        guard waitingCount == 0, latencies.count >= policy.stragglerEvidence, let usual = latencies.percentile(0.95)
        else { return nil }
        let twins = tickets.values.count { $0.inFlight.count > 1 }
        guard twins < max(1, servers.values.reduce(0) { $0 + $1.limit.value } / 20) else { return nil }
        let late = tickets.compactMap { id, ticket -> (id: TicketID, server: ServerID, since: Moment)? in
            guard !ticket.hasTwin, ticket.inFlight.count == 1, let (server, since) = ticket.inFlight.first,
                now - since > usual * policy.stragglerFactor
            else { return nil }
            return (id, server, since)
        }.min { ($0.since, $0.id.number) < ($1.since, $1.id.number) }
        guard let late, let server = leastLoaded(except: late.server, now: now) else { return nil }
        tickets[late.id]?.hasTwin = true
        twinsSent += 1
        return send(late.id, to: server, now: now)
    }

    /// Takes in how a request ended at a server.
    package mutating func finished(_ assignment: Assignment, _ outcome: Outcome, now: Moment) -> Fate {
        let (id, server) = (assignment.ticket, assignment.server)
        let sentAt = tickets[id]?.inFlight.removeValue(forKey: server)
        // A twin that was stopped says nothing of its server.
        servers[server]?.inFlight -= 1
        defer { dropIfGone(server) }
        guard let sentAt, let ticket = tickets[id] else { return .old }
        judge(server, by: outcome, sentAt: sentAt, now: now)
        noteWhetherStuck(now: now)
        switch outcome {
        // Another server may have a longer context, or other rules.
        case .refused where ticket.refusals == 0 && hasOther(than: server):
            tickets[id]?.refusals = 1
        case .answered, .refused:
            stuckSince = nil
            tickets[id] = nil
            queue.remove(id)
            if outcome == .answered { latencies.add(now - sentAt) }
            return .settled(twins: ticket.inFlight.keys.sorted())
        case .broken, .timedOut:
            tickets[id]?.failures += 1
            guard ticket.failures + 1 < policy.attempts else {
                // The other one may still answer.
                guard ticket.inFlight.isEmpty else { return .goesOn }
                tickets[id] = nil
                return .over
            }
            tickets[id]?.notBefore = now + policy.jitter(.milliseconds(250 * (1 << min(ticket.failures, 6))))
        case .locked:
            // A gateway may turn one window away by its words, and let all others pass.
            guard ticket.lockedInVain < policy.locks || !ticket.inFlight.isEmpty else {
                tickets[id] = nil
                return .over
            }
            if servers[server]?.health != .up { servers[server]?.lockedAt = id }
        case .busy, .unreachable: break
        }
        tickets[id]?.avoids = server
        if ticket.inFlight.isEmpty { queue.insert(id, isReturning: ticket.prefers != nil) }
        return .goesOn
    }

    /// Latencies of the latest answers of all servers: the share `share` of them is not above it.
    package func latency(_ share: Double) -> Duration? { latencies.percentile(share) }

    // MARK: Inside

    private mutating func send(_ id: TicketID, to server: ServerID, now: Moment) -> Assignment {
        queue.remove(id)
        tickets[id]?.inFlight[server] = now
        if var state = servers[server] {
            state.inFlight += 1
            state.lastSent = now
            state.limit.sent(inFlight: state.inFlight, now: now)
            servers[server] = state
        }
        return Assignment(ticket: id, server: server)
    }

    /// The server that has seen the ticket's window, if it can be sent something.
    private func acquaintance(of ticket: Ticket, now: Moment) -> ServerID? {
        guard let prefers = ticket.prefers, prefers != ticket.avoids, let state = servers[prefers],
            state.hasRoomForAcquaintance(now: now)
        else { return nil }
        return prefers
    }

    /// The server to send a ticket to that none has seen: not the one on which it broke, unless there is no other.
    private func stranger(for ticket: Ticket, now: Moment) -> ServerID? {
        guard let avoided = ticket.avoids else { return leastLoaded(except: nil, now: now) }
        return leastLoaded(except: hasOther(than: avoided) ? avoided : nil, now: now)
    }

    /// Whether another server is up.
    private func hasOther(than server: ServerID) -> Bool {
        servers.contains { $0.key != server && $0.value.health == .up && !$0.value.isLeaving }
    }

    private func leastLoaded(except avoided: ServerID?, now: Moment) -> ServerID? {
        var best: (load: Double, lastSent: Moment, id: ServerID)?
        for (id, state) in servers where id != avoided && state.hasRoom(now: now) {
            let candidate = (state.load, state.lastSent, id)
            if let best, best <= candidate { continue }
            best = candidate
        }
        return best?.id
    }

    private mutating func judge(_ id: ServerID, by outcome: Outcome, sentAt: Moment, now: Moment) {
        guard var state = servers[id] else { return }
        switch outcome {
        case .answered:
            state.answered()
            state.limit.answered(now: now)
        case .refused: state.answered()
        case _ where sentAt < state.upSince: break
        case .broken: state.failed(now: now, patience: policy.patience, policy: policy)
        case .timedOut:
            state.limit.tooMany(sentAt: sentAt, now: now)
            state.failed(now: now, patience: policy.patience, policy: policy)
        case .busy(let asked):
            state.limit.tooMany(sentAt: sentAt, now: now)
            // A pause of hours would keep the run silent, as a server that pauses is up: it is asked every minute.
            let pause = asked.map { min($0, policy.longestRest) } ?? policy.jitter(policy.busyPause)
            state.pausedUntil = max(state.pausedUntil, now + pause)
            state.failed(now: now, patience: policy.busyPatience, policy: policy)
        case .unreachable, .locked: state.rest(now: now, policy: policy)
        }
        servers[id] = state
    }

    private mutating func noteWhetherStuck(now: Moment) {
        if !isAnyUp, stuckSince == nil { stuckSince = now }
    }

    private mutating func dropIfGone(_ id: ServerID) {
        if let state = servers[id], state.isLeaving, state.inFlight <= 0 { servers[id] = nil }
    }
}
