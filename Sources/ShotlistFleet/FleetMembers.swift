import Foundation
import ShotlistCore
import ShotlistEngines
import Synchronization

/// The servers of a fleet with what is known of each: they are looked at before they are asked, and may come and go.
final class FleetMembers: Sendable {
    private let options: FleetOptions
    private let probe: EndpointProbe
    private let trial: MediaTrial?
    private let maxOutputTokens: Int
    private let onNotice: @Sendable (String) -> Void
    private let known = Mutex<[Endpoint: KnownServer]>([:])
    /// What was said last of a server that cannot serve this run.
    private let complaints = Mutex<[Endpoint: String]>([:])
    /// The addresses that are to be asked at present.
    private let wanted = Mutex<Set<Endpoint>>([])
    private let watch = Mutex<Task<Void, Never>?>(nil)
    private let transport: FleetTransport
    let fleet: Fleet

    /// What the servers are shown.
    struct Shown {
        /// Whom the frames are for.
        let variant: ModelVariant
        /// Where files are put that servers read by themselves.
        let folder: SharedFolder?
    }

    init(
        options: FleetOptions, need: EndpointProbe.Need, shows: Shown? = nil, knownNames: [String],
        maxOutputTokens: Int, onNotice: @escaping @Sendable (String) -> Void
    ) throws(ShotlistError) {
        self.options = options
        self.maxOutputTokens = maxOutputTokens
        self.onNotice = onNotice
        transport = FleetTransport(key: options.key, proxies: options.proxies, timeout: options.timeout)
        probe = EndpointProbe(
            transport: transport, model: options.model, knownNames: knownNames, dialect: options.dialect, need: need)
        if let shows {
            trial = try MediaTrial(
                transport: transport, variant: shows.variant, media: options.media, folder: shows.folder)
        } else {
            trial = nil
        }
        var policy = options.policy
        policy.mostInFlight = options.requestsPerEndpoint
        policy.attempts = options.attempts
        policy.looksAsk = trial != nil
        let back = Mutex<(@Sendable (Endpoint) async -> Bool)?>(nil)
        fleet = Fleet(
            policy: policy, transport: transport, giveUp: options.giveUp,
            look: { endpoint in await back.withLock(\.self)?(endpoint) ?? false }, onNotice: onNotice)
        back.withLock { $0 = { [weak self] endpoint in await self?.isBack(endpoint) ?? false } }
    }

    /// What is known of a server.
    func server(at endpoint: Endpoint) -> KnownServer? { known.withLock { $0[endpoint] } }

    /// Any server that is known.
    var anyServer: KnownServer? { known.withLock { $0.min { $0.key.description < $1.key.description }?.value } }

    /// What each server did so far.
    var statistics: [ServerStatistics] {
        fleet.statistics.map { endpoint, tally in
            ServerStatistics(
                server: endpoint.description, requests: tally.requests, errors: tally.errors,
                promptTokens: tally.promptTokens, outputTokens: tally.outputTokens,
                medianSeconds: tally.latency(0.5), p95Seconds: tally.latency(0.95), p99Seconds: tally.latency(0.99))
        }
    }

    // MARK: Coming together

    /// Looks at all servers and waits until one of them can be asked.
    ///
    /// - Throws: ``ShotlistError``: that a server cannot serve this run, or that none was there in time. `CancellationError`.
    func gather() async throws {
        let start = ContinuousClock.now
        var hasSaidSo = false
        var wanted = try EndpointsFile.all(options)
        while true {
            let troubles = try await look(at: wanted)
            if !known.withLock(\.isEmpty) {
                for trouble in troubles where !hasSaidSo { onNotice("\(trouble.message) It is asked when it answers.") }
                break
            }
            guard ContinuousClock.now - start < options.giveUp else {
                throw ShotlistError(
                    .endpointsDown,
                    "No server could be asked for \(Int(options.giveUp / .seconds(1))) s. \(troubles.first?.message ?? "")",
                    remedy: "See that the servers run and that the addresses are right.")
            }
            if !hasSaidSo {
                hasSaidSo = true
                for trouble in troubles { onNotice("\(trouble.message) It is tried again.") }
                onNotice("No server can be asked yet. The run waits up to \(Int(options.giveUp / .seconds(1))) s.")
            }
            try await Task.sleep(for: options.lookPeriod)
            wanted = try EndpointsFile.all(options)
        }
        for endpoint in wanted { fleet.add(endpoint, isUp: server(at: endpoint) != nil) }
        if options.endpointsFile != nil { follow(wanted) }
    }

    /// What becomes of a look at all servers.
    private enum Look: Sendable {
        case done(Endpoint, trouble: ShotlistError?)
        /// Those that are up have waited long enough.
        case late
    }

    /// Looks at servers side by side; what is in the way of those that may be back in a while. A server that hangs does
    /// not hold up the others for long: it is looked at again in the run.
    private func look(at endpoints: [Endpoint]) async throws -> [ShotlistError] {
        let patience = options.lookPatience
        return try await withThrowingTaskGroup(of: Look.self) { group in
            for endpoint in endpoints {
                group.addTask {
                    do {
                        try await self.meet(endpoint)
                        return .done(endpoint, trouble: nil)
                    } catch let error as ShotlistError where error.code == .engineFailed {
                        return .done(endpoint, trouble: error)
                    }
                }
            }
            group.addTask {
                try await Task.sleep(for: patience)
                return .late
            }
            defer { group.cancelAll() }
            var troubles: [ShotlistError] = []
            var (open, isLate) = (endpoints, false)
            while !open.isEmpty, !isLate || known.withLock(\.isEmpty), let look = try await group.next() {
                guard case .done(let endpoint, let trouble) = look else {
                    isLate = true
                    continue
                }
                open.removeAll { $0 == endpoint }
                if let trouble { troubles.append(trouble) }
            }
            return troubles
                + open.map {
                    ShotlistError(.engineFailed, "\($0) has said nothing for \(Int(patience / .seconds(1))) s.")
                }
        }
    }

    private func meet(_ endpoint: Endpoint) async throws {
        let server = try await probe.look(at: endpoint)
        if let context = server.contextTokens, context <= maxOutputTokens {
            throw ShotlistError(
                .contextTooShort,
                "\(endpoint) has a context of \(context) tokens, and a caption alone may have \(maxOutputTokens).",
                remedy: "Start the server with a longer context, or lower --captioning-max-output-tokens.")
        }
        try await trial?.run(on: server, at: endpoint)
        let isNew = known.withLock { $0.updateValue(server, forKey: endpoint) } == nil
        guard isNew, options.media == nil, server.media == .images else { return }
        onNotice(
            "\(endpoint) (\(server.dialect.kind.rawValue)) takes no frames in one video; it is sent an image for each.")
    }

    /// Whether a server that was left alone can be asked again.
    private func isBack(_ endpoint: Endpoint) async -> Bool {
        do {
            try await meet(endpoint)
            return true
        } catch let error as ShotlistError where error.code != .engineFailed {
            complain("\(error)", of: endpoint)
            return false
        } catch {
            return false
        }
    }

    /// Says once what is in a server's way, however often it is looked at.
    private func complain(_ text: String, of endpoint: Endpoint) {
        let isNew = complaints.withLock { $0.updateValue(text, forKey: endpoint) } != text
        if isNew { onNotice(text) }
    }

    // MARK: Coming and going

    private func follow(_ first: [Endpoint]) {
        wanted.withLock { $0 = Set(first) }
        let (options, onNotice) = (options, onNotice)
        let task = Task { [weak self] in
            // A newcomer that hangs does not hold up those behind it.
            await withDiscardingTaskGroup { group in
                var file = EndpointsWatch(options: options, present: Set(first), onNotice: onNotice)
                while let change = await file.next() {
                    guard let self else { return }
                    self.wanted.withLock { $0 = change.present }
                    for gone in change.gone { self.leave(gone) }
                    for new in change.new { group.addTask { await self.join(new) } }
                }
            }
        }
        watch.withLock { $0 = task }
    }

    private func join(_ endpoint: Endpoint) async {
        let isUp = await isBack(endpoint)
        // Told to nobody when the run ends meanwhile.
        if Task.isCancelled { return }
        // Under the lock, so that nobody takes it out of the file in between and leaves it in the fleet.
        let isNew = wanted.withLock { $0.contains(endpoint) && fleet.add(endpoint, isUp: isUp) }
        if isNew { onNotice("\(endpoint) joins\(isUp ? "" : ", and is asked when it answers").") }
    }

    private func leave(_ endpoint: Endpoint) {
        fleet.remove(endpoint)
        onNotice("\(endpoint) leaves; what it works on is finished.")
    }

    /// Stops everything; no request follows.
    func shutDown() async {
        watch.withLock { $0?.cancel() }
        await fleet.shutDown()
    }
}
