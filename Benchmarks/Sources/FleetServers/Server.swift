import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A question that came over a connection.
struct Question: Sendable {
    /// What its prompt has between two `#`; nil where there is nothing.
    let number: String?
    let connection: Int
    let channel: any Channel
}

/// One server. Each has an address of its own (127.0.1.1 and so on), where no client's connection takes the port of a
/// server that is gone for a while.
final class Server: Sendable {
    private static let queueLength = 16

    private struct State {
        var times: ServiceTimes
        var listener: (any Channel)?
        var port = 0
        var fault: Fault?
        var connections: [Int: any Channel] = [:]
        /// What is worked on, each by a number of its own.
        var working: [Int: Question] = [:]
        var waiting: [Question] = []
        var lastNumber = 0
    }

    /// A question that has a place now, and how long it keeps it.
    private struct Started: Sendable {
        let number: Int
        let question: Question
        let time: Duration
    }

    private enum Decision {
        case answer, begin(Started), wait, turnAway, fail, leave
    }

    private let state: Mutex<State>
    private let host: String
    private let work: Work
    private let gauge: Gauge

    init(number: Int, work: Work, gauge: Gauge) {
        var seed: UInt64 = 0
        if case .simulate(let given) = work { seed = given }
        state = Mutex(State(times: ServiceTimes(seed: seed &* 1000 &+ UInt64(number))))
        host = "127.0.1.\(number + 1)"
        self.work = work
        self.gauge = gauge
    }

    /// Whether it needs to know what is asked.
    var readsPrompts: Bool { work.places != nil }

    var address: String { "http://\(host):\(state.withLock(\.port))" }

    /// Begins to listen.
    func open() async throws {
        try await listen()
        gauge.add(places: work.places ?? 0)
    }

    private func listen() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(self))
                }
            }
            .bind(host: host, port: state.withLock(\.port)).get()
        state.withLock { state in
            state.listener = listener
            state.port = listener.localAddress?.port ?? 0
        }
    }

    // MARK: Connections

    /// A connection came; its number, or nil when the server is gone.
    func connected(_ channel: any Channel) -> Int? {
        state.withLock { state in
            guard state.fault != .refuses else { return nil }
            state.lastNumber += 1
            state.connections[state.lastNumber] = channel
            return state.lastNumber
        }
    }

    /// A connection broke: whoever asked over it waits no more.
    func disconnected(_ connection: Int) {
        let next = state.withLock { state -> Started? in
            state.connections[connection] = nil
            state.waiting.removeAll { $0.connection == connection }
            guard let number = state.working.first(where: { $0.value.connection == connection })?.key else {
                return nil
            }
            state.working[number] = nil
            gauge.add(occupied: -1)
            return first(of: &state)
        }
        if let next { start(next) }
    }

    // MARK: Questions

    /// Takes what is no question.
    func take(path: String, on channel: any Channel) {
        switch state.withLock(\.fault) {
        case .refuses, .hangs: break
        case .fails: Answer.failure.send(on: channel)
        case nil: (path.hasSuffix("/models") ? Answer.models : .notFound).send(on: channel)
        }
    }

    /// Takes a question.
    func take(_ question: Question) {
        let decision = state.withLock { decide(question, &$0) }
        switch decision {
        case .answer:
            gauge.countAnswer()
            Answer.always.send(on: question.channel)
        case .begin(let started): start(started)
        case .turnAway:
            gauge.countTurnedAway()
            Answer.busy.send(on: question.channel)
        case .fail: Answer.failure.send(on: question.channel)
        case .wait, .leave: break
        }
    }

    private func decide(_ question: Question, _ state: inout State) -> Decision {
        switch state.fault {
        case .refuses, .hangs: return .leave
        case .fails: return .fail
        case nil: break
        }
        // Without a number it is a trial before the load.
        guard let places = work.places, question.number != nil else { return .answer }
        if state.working.count < places { return .begin(begin(question, &state)) }
        guard state.waiting.count < Self.queueLength else { return .turnAway }
        state.waiting.append(question)
        return .wait
    }

    private func begin(_ question: Question, _ state: inout State) -> Started {
        state.lastNumber += 1
        state.working[state.lastNumber] = question
        gauge.add(occupied: 1)
        let time: Duration
        if case .hold(let fixed) = work { time = fixed } else { time = state.times.next() }
        return Started(number: state.lastNumber, question: question, time: time)
    }

    /// Gives a place that became free to who waits.
    private func first(of state: inout State) -> Started? {
        state.waiting.isEmpty ? nil : begin(state.waiting.removeFirst(), &state)
    }

    private func start(_ started: Started) {
        let time = TimeAmount.nanoseconds(Int64(started.time / .nanoseconds(1)))
        started.question.channel.eventLoop.scheduleTask(in: time) { [self] in finish(started.number) }
    }

    private func finish(_ number: Int) {
        let (done, next) = state.withLock { state -> (Question?, Started?) in
            // Who is gone, or asked a server that failed since, gets no answer.
            guard let question = state.working.removeValue(forKey: number) else { return (nil, nil) }
            gauge.add(occupied: -1)
            return (question, first(of: &state))
        }
        if let next { start(next) }
        guard let done else { return }
        gauge.countAnswer()
        Answer.caption(done.number ?? "").send(on: done.channel)
    }

    // MARK: Faults

    /// Fails from now on; what is worked on is lost.
    func fail(_ fault: Fault) {
        let (questions, channels) = state.withLock { state -> ([Question], [any Channel]) in
            let questions = Array(state.working.values) + state.waiting
            gauge.add(occupied: -state.working.count)
            state.fault = fault
            (state.working, state.waiting) = ([:], [])
            guard fault == .refuses else { return (questions, []) }
            defer { state.listener = nil }
            return ([], [state.listener].compactMap(\.self) + Array(state.connections.values))
        }
        gauge.add(places: -(work.places ?? 0))
        for channel in channels { channel.close(promise: nil) }
        guard fault == .fails else { return }
        for question in questions { Answer.failure.send(on: question.channel) }
    }

    /// Works again.
    func recover() async throws {
        let (fault, channels) = state.withLock { ($0.fault, Array($0.connections.values)) }
        guard let fault else { return }
        if fault == .hangs { for channel in channels { channel.close(promise: nil) } }
        // Before it listens: who connects at once is answered.
        state.withLock { $0.fault = nil }
        if fault == .refuses { try await listen() }
        gauge.add(places: work.places ?? 0)
    }
}

extension Work {
    /// Questions that one server works on at once; nil for one that answers at once.
    var places: Int? {
        switch self {
        case .atOnce: nil
        case .hold: 1 << 20
        case .simulate: 16
        }
    }
}
