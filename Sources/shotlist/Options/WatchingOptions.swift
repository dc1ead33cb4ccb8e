import ArgumentParser
import ShotlistCore
import ShotlistMetrics
import ShotlistPipeline

/// How a run can be watched: its log, and metrics for Prometheus.
struct WatchingOptions: ParsableArguments {
    @Option(
        help: """
            Lines on standard error: text (sentences for people) or json (an object a line, and a line for every \
            window).
            """)
    var logFormat = LogFormat.text

    @Option(
        parsing: .unconditional,
        help: "Serve metrics for Prometheus on this port; 0 picks a free one and says which.")
    var metricsPort: Int?

    @Option(help: "The address to serve metrics on; 127.0.0.1 when left out.")
    var metricsHost: String?

    @Option(
        parsing: .unconditional,
        help: "Seconds that metrics are served after the run, so that its last numbers are fetched, too.")
    var metricsLinger: Int?

    /// Serves the run's metrics, where they are asked for, and says where.
    ///
    /// - Throws: ``ShotlistError`` when they cannot be served there, or when something is said of metrics that nobody
    ///   asked for.
    func serve(_ terminal: Terminal) async throws(ShotlistError) -> ServedMetrics? {
        guard let metricsPort else {
            guard metricsHost == nil, metricsLinger == nil else {
                throw ShotlistError(
                    .invalidArgument, "There is no port to serve metrics on.", remedy: "Give --metrics-port, too.")
            }
            return nil
        }
        let linger = metricsLinger ?? 0
        guard (0...86_400).contains(linger) else {
            throw ShotlistError(
                .invalidArgument, "Metrics cannot be served for \(linger) s after the run.",
                remedy: "Give 0 to 86400.")
        }
        let registry = PrometheusRegistry(help: RunMetric.allCases.reduce(into: [:]) { $0[$1.rawValue] = $1.help })
        let server = try await MetricsServer.start(registry, host: metricsHost ?? "127.0.0.1", port: metricsPort)
        terminal.say("Metrics are at \(server.address).")
        return ServedMetrics(registry: registry, server: server, linger: .seconds(linger))
    }
}

extension LogFormat: ExpressibleByArgument {}

/// Metrics of a run that are served while it goes on.
struct ServedMetrics: Sendable {
    /// What the run counts in.
    let registry: PrometheusRegistry
    private let server: MetricsServer
    private let linger: Duration

    /// Takes a server that listens.
    init(registry: PrometheusRegistry, server: MetricsServer, linger: Duration) {
        self.registry = registry
        self.server = server
        self.linger = linger
    }

    /// Ends with the run: after the time that was asked for, or on Ctrl-C. A run that was stopped is not waited for.
    func end(_ summary: RunSummary, _ terminal: Terminal) async {
        if !summary.cancelled, linger > .zero {
            terminal.say("Metrics are served for \(linger.components.seconds) s more. Ctrl-C ends that, too.")
            // Ctrl-C is a wish here and no failure.
            try? await Interrupt.cancelling(terminal: terminal) { [linger] in try await Task.sleep(for: linger) }
        }
        await server.stop()
    }
}
