import ShotlistFleet
import Testing

/// A dispatch with servers and a clock that a test turns. Pauses are as long as they are said to be.
struct Machine {
    var dispatch: Dispatch
    var now = Moment.zero
    private(set) var servers: [Dispatch.ServerID] = []

    init(servers count: Int, _ settle: (inout DispatchPolicy) -> Void = { _ in }) throws {
        var policy = DispatchPolicy()
        policy.jitter = { $0 }
        policy.firstLimit = 4
        settle(&policy)
        dispatch = Dispatch(policy: policy)
        for number in 0..<count {
            servers.append(dispatch.add(try Self.endpoint(number), isUp: true, now: now))
        }
    }

    static func endpoint(_ number: Int) throws -> Endpoint { try Endpoint("http://server\(number)") }

    /// Takes a request.
    mutating func ask(prefers: Dispatch.ServerID? = nil) -> Dispatch.TicketID {
        dispatch.enqueue(prefers: prefers)
    }

    /// Takes a request and sends it.
    mutating func send(prefers: Dispatch.ServerID? = nil) -> Dispatch.Assignment? {
        _ = ask(prefers: prefers)
        return next()
    }

    mutating func next() -> Dispatch.Assignment? { dispatch.next(now: now) }

    /// Sends all that can be sent.
    mutating func all() -> [Dispatch.Assignment] {
        var sent: [Dispatch.Assignment] = []
        while let next = next() { sent.append(next) }
        return sent
    }

    @discardableResult
    mutating func finish(_ assignment: Dispatch.Assignment, _ outcome: Dispatch.Outcome) -> Dispatch.Fate {
        dispatch.finished(assignment, outcome, now: now)
    }

    /// Takes a request, and sends what is first.
    mutating func sent(prefers: Dispatch.ServerID? = nil) throws -> Dispatch.Assignment {
        let assignment = send(prefers: prefers)
        return try #require(assignment)
    }

    /// Sends what waits first.
    mutating func following() throws -> Dispatch.Assignment {
        let assignment = next()
        return try #require(assignment)
    }

    /// Takes a request, sends one, and lets that end.
    mutating func sendAndFinish(_ outcome: Dispatch.Outcome) throws {
        let assignment = try sent()
        finish(assignment, outcome)
    }

    /// Sends what waits first, and lets it end.
    mutating func goOn(_ outcome: Dispatch.Outcome) throws {
        let assignment = try following()
        finish(assignment, outcome)
    }

    /// A request to send a second time.
    mutating func straggler() -> Dispatch.Assignment? { dispatch.nextStraggler(now: now) }

    /// The same, where there must be one.
    mutating func twin() throws -> Dispatch.Assignment {
        let assignment = straggler()
        return try #require(assignment)
    }

    mutating func wait(_ seconds: Double) { now += .seconds(seconds) }

    func state(_ server: Dispatch.ServerID) -> EndpointState? { dispatch.servers[server] }

    func inFlight(_ server: Dispatch.ServerID) -> Int { dispatch.servers[server]?.inFlight ?? 0 }
}
