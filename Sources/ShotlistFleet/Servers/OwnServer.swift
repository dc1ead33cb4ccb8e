import Foundation
import ShotlistCore
import ShotlistNetwork
import Synchronization

/// A server that is started here: it is waited for, started again when it dies, and stopped.
final class OwnServer: Sendable {
    private struct State {
        var process: ServerProcess?
        var watch: Task<Void, Never>?
        var isStopped = false
        var failure: ShotlistError?
        var onFailure: (@Sendable (ShotlistError) -> Void)?
    }

    /// Where it listens.
    let endpoint: Endpoint
    private let program: String
    private let arguments: [String]
    private let policy: OwnServerPolicy
    private let onNotice: @Sendable (String) -> Void
    private let transport: FleetTransport
    private let state = Mutex(State())
    private let birth = ContinuousClock.now

    /// - Parameters:
    ///   - program: its path.
    ///   - onNotice: told in a sentence what the person at the terminal should know.
    init(
        program: String, arguments: [String], endpoint: Endpoint, policy: OwnServerPolicy,
        onNotice: @escaping @Sendable (String) -> Void
    ) throws(ShotlistError) {
        self.program = program
        self.arguments = arguments
        self.endpoint = endpoint
        self.policy = policy
        self.onNotice = onNotice
        // It is on this machine, and no proxy's matter.
        transport = FleetTransport(
            key: nil, proxies: try ProxySettings(environment: [:]), timeout: .seconds(10))
    }

    /// Starts it and waits until it can be asked. From then on it is started again when it dies.
    ///
    /// - Throws: ``ShotlistError`` (`engine_failed`) when it ends before, or takes too long; it is stopped then.
    ///   `CancellationError`.
    func start() async throws {
        do {
            let process = try await launch()
            try await untilHealthy(process)
            let watch = Task { await self.watch(process) }
            state.withLock { $0.watch = watch }
        } catch {
            await stop()
            throw error
        }
    }

    /// What is in the way of starting it once more; nil as long as nothing is.
    var failure: ShotlistError? { state.withLock(\.failure) }

    /// Has `body` called when the server is given up, at once when it has been.
    func onFailure(_ body: @escaping @Sendable (ShotlistError) -> Void) {
        let failure = state.withLock { state in
            state.onFailure = body
            return state.failure
        }
        if let failure { body(failure) }
    }

    /// Stops it for good, and all that it has started.
    func stop() async {
        let (process, watch) = state.withLock { state in
            state.isStopped = true
            return (state.process, state.watch)
        }
        watch?.cancel()
        await process?.stop()
        await watch?.value
        await transport.shutDown()
    }

    // MARK: Inside

    private func launch() async throws -> ServerProcess {
        let process = try ServerProcess(program: program, arguments: arguments, stopTime: policy.stopTime)
        let isStopped = state.withLock { state in
            state.process = process
            return state.isStopped
        }
        guard isStopped else { return process }
        await process.stop()
        throw CancellationError()
    }

    private func watch(_ first: ServerProcess) async {
        var process = first
        var deaths = Deaths(policy: policy)
        while true {
            let status = await process.ended()
            if state.withLock(\.isStopped) { return }
            guard !deaths.isTooMany(now: ContinuousClock.now - birth) else {
                return giveUp(
                    ShotlistError(
                        .endpointsDown,
                        "vLLM died \(policy.mostDeaths) times within \(seconds(policy.deathPeriod)) s, the last time "
                            + "with \(Self.ending(status)). \(Self.said(process))",
                        remedy: "Look at what it said; captions that are done are kept."))
            }
            let line = process.lastLines.last.map { " It said last: \($0)" } ?? ""
            onNotice("vLLM died with \(Self.ending(status)), and is started again.\(line)")
            do {
                try await Task.sleep(for: policy.restartPause)
                process = try await launch()
                try await untilHealthy(process)
                onNotice("vLLM is back.")
            } catch let error as ShotlistError {
                // One that ends while it is waited for has died once more, and is counted above.
                if process.status != nil { continue }
                await process.stop()
                return giveUp(ShotlistError(.endpointsDown, error.message, remedy: error.remedy))
            } catch {
                return
            }
        }
    }

    private func giveUp(_ error: ShotlistError) {
        let body = state.withLock { state in
            state.failure = error
            return state.onFailure
        }
        body?(error)
    }

    private func untilHealthy(_ process: ServerProcess) async throws {
        let start = ContinuousClock.now
        var (said, saidAt) = ("", start)
        while true {
            try Task.checkCancellation()
            if let status = process.status {
                throw ShotlistError(
                    .engineFailed,
                    "vLLM ended with \(Self.ending(status)) before it could be asked. \(Self.said(process))",
                    remedy: "Look at what it said; `shotlist serve-command` prints the command, to be run by hand.")
            }
            if await isHealthy(), process.status == nil { return }
            let now = ContinuousClock.now
            guard now - start < policy.startTime else {
                throw ShotlistError(
                    .engineFailed,
                    "vLLM was started and could not be asked within \(seconds(policy.startTime)) s. "
                        + Self.said(process),
                    remedy: "Give it more time (--endpoint-give-up), or look at what it said.")
            }
            if let line = process.lastLines.last, line != said, now - saidAt >= policy.noticePeriod {
                onNotice("vLLM: \(line)")
                (said, saidAt) = (line, now)
            }
            try await Task.sleep(for: policy.lookPeriod)
        }
    }

    private func isHealthy() async -> Bool {
        (try? await transport.get(endpoint.rootAddress(of: "health"), of: endpoint))?.status == 200
    }

    private func seconds(_ duration: Duration) -> Int { Int((duration / .seconds(1)).rounded(.up)) }

    private static func ending(_ status: Int32) -> String {
        status > 128 ? "signal \(status - 128)" : "exit code \(status)"
    }

    /// The last lines of its log, for an error.
    private static func said(_ process: ServerProcess) -> String {
        let lines = process.lastLines.suffix(10)
        return lines.isEmpty ? "It said nothing." : "It said last:\n    \(lines.joined(separator: "\n    "))\n"
    }
}
