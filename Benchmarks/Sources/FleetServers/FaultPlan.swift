/// How a server fails.
enum Fault: Sendable, CaseIterable {
    /// It is gone: its connections break and nobody listens.
    case refuses
    /// It answers everything with HTTP 500.
    case fails
    /// It takes everything and answers nothing, until its connections break.
    case hangs
}

/// Three servers fail at any time, one in each way, for ten seconds; then three others do.
struct FaultPlan: Sendable {
    let seed: UInt64
    private static let period = Duration.seconds(10)

    /// Goes on until it is cancelled.
    func carryOut(on servers: [Server]) async throws {
        var chance = SeededChance(seed: seed)
        var failing: [Server] = []
        while !Task.isCancelled {
            let others = servers.filter { server in !failing.contains { $0 === server } }
            let next = Array(others.shuffled(using: &chance).prefix(Fault.allCases.count))
            for server in failing { try await server.recover() }
            for (server, fault) in zip(next, Fault.allCases) { server.fail(fault) }
            failing = next
            try await Task.sleep(for: Self.period)
        }
    }
}
