import CoreMetrics
import Foundation
import Logging
import ShotlistMedia

/// How a run uses the machine and whom it tells.
public struct RunOptions: Sendable {
    /// Threads for decoding, drawing and cutting, at least 1.
    public var threads: Int
    /// On what videos are decoded.
    public var decoder: VideoDecoder
    /// Where warnings and errors go.
    public var logger: Logger
    /// What keeps the run's metrics (``RunMetric``).
    public var metrics: any MetricsFactory
    /// Called at every event, from many tasks.
    public var onEvent: @Sendable (RunEvent) -> Void

    /// Makes options; the defaults use every core, log to standard error, and count where the process has its metrics
    /// (`MetricsSystem`), if it has any.
    public init(
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, decoder: VideoDecoder = .cpu,
        logger: Logger = Logger(label: "shotlist"), metrics: (any MetricsFactory)? = nil,
        onEvent: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        self.threads = max(1, threads)
        self.decoder = decoder
        self.logger = logger
        self.metrics = metrics ?? MetricsSystem.factory
        self.onEvent = onEvent
    }
}
