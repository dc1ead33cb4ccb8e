import Foundation
import ShotlistCore
import Synchronization

/// Servers that are kept full: takes requests from any number of tasks, gives them out, and brings each its own answer.
///
/// What is to be done next says ``Dispatch``; here are its clock, its tasks and its messages.
final class Fleet: Sendable {
    private struct State {
        var dispatch: Dispatch
        var asked: [Dispatch.TicketID: Asked] = [:]
        var running: [Dispatch.Assignment: Task<Void, Never>] = [:]
        var tallies: [Endpoint: EndpointTally] = [:]
        var ids: [Endpoint: Dispatch.ServerID] = [:]
        var isClosed = false
        var saidStuck = false
        var surrender: ShotlistError?
    }

    /// A request that somebody waits for.
    private struct Asked {
        let make: @Sendable (Endpoint) -> RequestBody
        let waiter: CheckedContinuation<Answered, any Error>
        /// What went wrong last.
        var trouble: ShotlistError?
    }

    /// An answer, and from whom.
    struct Answered: Sendable {
        let answer: ChatAnswer
        let server: Dispatch.ServerID
        /// Its address.
        let endpoint: Endpoint
        /// Seconds from the last sending to the answer.
        let seconds: Double
    }

    private let state: Mutex<State>
    private let transport: FleetTransport
    private let giveUp: Duration
    private let look: @Sendable (Endpoint) async -> Bool
    private let onNotice: @Sendable (String) -> Void
    private let start = ContinuousClock.now
    private let ticker = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - look: whether a server that was left alone is back.
    ///   - onNotice: told in a sentence what the person at the terminal should know.
    init(
        policy: DispatchPolicy, transport: FleetTransport, giveUp: Duration,
        look: @escaping @Sendable (Endpoint) async -> Bool, onNotice: @escaping @Sendable (String) -> Void
    ) {
        state = Mutex(State(dispatch: Dispatch(policy: policy)))
        self.transport = transport
        self.giveUp = giveUp
        self.look = look
        self.onNotice = onNotice
        let task = Task { [weak self] in
            // Pauses, rests and stragglers are told by time alone.
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(100))
                guard let self else { return }
                self.tick()
            }
        }
        ticker.withLock { $0 = task }
    }

    private var now: Moment { ContinuousClock.now - start }

    // MARK: Servers

    /// Takes a server in.
    ///
    /// - Returns: whether it was not there before.
    @discardableResult
    func add(_ endpoint: Endpoint, isUp: Bool) -> Bool {
        let isNew = state.withLock { state in
            guard state.ids[endpoint] == nil else { return false }
            state.ids[endpoint] = state.dispatch.add(endpoint, isUp: isUp, now: now)
            if state.tallies[endpoint] == nil { state.tallies[endpoint] = EndpointTally() }
            return true
        }
        pump()
        return isNew
    }

    /// Lets a server go when what it works on is done.
    func remove(_ endpoint: Endpoint) {
        state.withLock { state in
            guard let id = state.ids.removeValue(forKey: endpoint) else { return }
            state.dispatch.remove(id, now: now)
        }
        pump()
    }

    /// What each server did so far.
    var statistics: [(endpoint: Endpoint, tally: EndpointTally)] {
        state.withLock { $0.tallies.map { ($0.key, $0.value) } }.sorted { $0.0.description < $1.0.description }
    }

    /// Requests that were sent a second time because they took long.
    var twinsSent: Int { state.withLock { $0.dispatch.twinsSent } }

    // MARK: Requests

    /// Asks one of the servers, and another when that one fails.
    ///
    /// - Parameters:
    ///   - prefers: the server that has seen the same window.
    ///   - make: the body for a server; called anew for each attempt.
    /// - Throws: ``ShotlistError``: what the request cannot be answered for; `endpoints_down` when no server could be
    ///   asked for so long that the run is to stop. `CancellationError`.
    func ask(
        prefers: Dispatch.ServerID?, make: @escaping @Sendable (Endpoint) -> RequestBody
    ) async throws -> Answered {
        let ticket = Mutex<Dispatch.TicketID?>(nil)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let failure: (any Error)? = state.withLock { state in
                    if let surrender = state.surrender { return surrender }
                    if state.isClosed { return CancellationError() }
                    if state.asked.isEmpty { state.dispatch.resumed(now: now) }
                    let id = state.dispatch.enqueue(prefers: prefers)
                    state.asked[id] = Asked(make: make, waiter: waiter)
                    ticket.withLock { $0 = id }
                    return nil
                }
                if let failure { return waiter.resume(throwing: failure) }
                // A task that was cancelled before has had its handler called already.
                if Task.isCancelled { cancel(ticket.withLock(\.self)) } else { pump() }
            }
        } onCancel: {
            cancel(ticket.withLock(\.self))
        }
    }

    /// Fails all requests, those to come as well: no server will answer any more.
    func surrender(to error: ShotlistError) {
        let asked = state.withLock { state in
            state.surrender = error
            defer { state.asked = [:] }
            for id in Array(state.asked.keys) { _ = state.dispatch.cancel(id) }
            return Array(state.asked.values)
        }
        for one in asked { one.waiter.resume(throwing: error) }
    }

    /// Stops everything; no request follows.
    func shutDown() async {
        ticker.withLock { $0?.cancel() }
        let (running, asked) = state.withLock { state in
            state.isClosed = true
            defer { state.asked = [:] }
            return (Array(state.running.values), Array(state.asked.values))
        }
        for one in asked { one.waiter.resume(throwing: CancellationError()) }
        for task in running { task.cancel() }
        for task in running { await task.value }
        await transport.shutDown()
    }

    private func cancel(_ id: Dispatch.TicketID?) {
        guard let id else { return }
        let (asked, tasks) = state.withLock { state in
            let servers = state.dispatch.cancel(id)
            let tasks = servers.compactMap { state.running[Dispatch.Assignment(ticket: id, server: $0)] }
            return (state.asked.removeValue(forKey: id), tasks)
        }
        asked?.waiter.resume(throwing: CancellationError())
        for task in tasks { task.cancel() }
    }

    // MARK: Inside

    /// Sends what can be sent.
    private func pump() {
        state.withLock { state in
            while !state.isClosed, let next = state.dispatch.next(now: now) { launch(next, in: &state) }
        }
    }

    private func launch(_ assignment: Dispatch.Assignment, in state: inout State) {
        guard let asked = state.asked[assignment.ticket], let server = state.dispatch.servers[assignment.server] else {
            return
        }
        let (endpoint, make) = (server.endpoint, asked.make)
        state.running[assignment] = Task { [weak self] in
            await self?.run(assignment, at: endpoint, make: make)
        }
    }

    private func run(
        _ assignment: Dispatch.Assignment, at endpoint: Endpoint, make: @Sendable (Endpoint) -> RequestBody
    ) async {
        let sent = ContinuousClock.now
        // A request that was stopped says nothing of the server: its ticket is gone already.
        let reply = try? await transport.ask(make(endpoint), of: endpoint)
        finish(assignment, at: endpoint, reply: reply, seconds: (ContinuousClock.now - sent) / .seconds(1))
        pump()
    }

    private func finish(_ assignment: Dispatch.Assignment, at endpoint: Endpoint, reply: Reply?, seconds: Double) {
        let effects = state.withLock { state -> Effects in
            state.running[assignment] = nil
            let outcome: Dispatch.Outcome
            switch reply {
            case .answered: outcome = .answered
            case .failed(let failure, let error):
                outcome = failure
                state.asked[assignment.ticket]?.trouble = error
            case nil: outcome = .broken
            }
            let wasUp = state.dispatch.servers[assignment.server]?.health == .up
            let fate = state.dispatch.finished(assignment, outcome, now: now)
            if fate != .old { state.tallies[endpoint, default: EndpointTally()].take(reply, seconds: seconds) }
            var effects = Effects()
            if wasUp, state.dispatch.servers[assignment.server]?.health != .up, case .failed(_, let error) = reply {
                effects.notice = "\(error.message) It is left alone for a while."
            }
            switch fate {
            case .settled(let twins):
                effects.asked = state.asked.removeValue(forKey: assignment.ticket)
                effects.tasks = twins.compactMap {
                    state.running[Dispatch.Assignment(ticket: assignment.ticket, server: $0)]
                }
                // A server that still rests may answer what went out before: the outage is not over for that.
                if state.dispatch.isAnyUp { state.saidStuck = false }
            case .over: effects.asked = state.asked.removeValue(forKey: assignment.ticket)
            case .goesOn, .old: break
            }
            return effects
        }
        for task in effects.tasks { task.cancel() }
        if let notice = effects.notice { onNotice(notice) }
        guard let asked = effects.asked else { return }
        switch reply {
        case .answered(let answer):
            asked.waiter.resume(
                returning: Answered(answer: answer, server: assignment.server, endpoint: endpoint, seconds: seconds))
        case .failed(_, let error): asked.waiter.resume(throwing: error)
        case nil: asked.waiter.resume(throwing: CancellationError())
        }
    }

    /// What is to be done outside of the lock.
    private struct Effects {
        var asked: Asked?
        var tasks: [Task<Void, Never>] = []
        var notice: String?
    }

    /// Looks at what time alone changes.
    private func tick() {
        let (probes, notice, given) = state.withLock { state -> ([(Dispatch.ServerID, Endpoint)], String?, [Asked]) in
            guard !state.isClosed else { return ([], nil, []) }
            let due = state.dispatch.dueProbes(now: now).compactMap { id in
                state.dispatch.servers[id].map { (id, $0.endpoint) }
            }
            while let next = state.dispatch.nextStraggler(now: now) { launch(next, in: &state) }
            guard let since = state.dispatch.stuckSince, !state.dispatch.isAnyUp, !state.asked.isEmpty else {
                return (due, nil, [])
            }
            if now - since > giveUp {
                let error = ShotlistError(
                    .endpointsDown, "No server could be asked for \(Int(giveUp / .seconds(1))) s.",
                    remedy: "See that the servers run; captions that are done are kept.")
                state.surrender = error
                defer { state.asked = [:] }
                for id in Array(state.asked.keys) { _ = state.dispatch.cancel(id) }
                return ([], nil, Array(state.asked.values))
            }
            guard !state.saidStuck else { return (due, nil, []) }
            state.saidStuck = true
            let trouble = state.asked.values.lazy.compactMap(\.trouble).first.map { " \($0.message)" } ?? ""
            return (
                due,
                "No server can be asked.\(trouble) The run waits up to \(Int(giveUp / .seconds(1))) s and goes on as soon as one "
                    + "is back.", []
            )
        }
        if let notice { onNotice(notice) }
        if !given.isEmpty, let error = state.withLock(\.surrender) {
            for one in given { one.waiter.resume(throwing: error) }
        }
        for (id, endpoint) in probes {
            Task { [weak self] in
                guard let self else { return }
                let isUp = await self.look(endpoint)
                self.state.withLock { $0.dispatch.probed(id, isUp: isUp, now: self.now) }
                if isUp { self.onNotice("\(endpoint) is back.") }
                self.pump()
            }
        }
        pump()
    }
}
