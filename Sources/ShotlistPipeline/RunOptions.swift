import CoreMetrics
import Foundation
import Logging
import ShotlistLedger
import ShotlistMedia

/// How a run uses the machine and whom it tells.
public struct RunOptions: Sendable {
    /// Threads for decoding, drawing and cutting, at least 1.
    public var threads: Int
    /// On what videos are decoded.
    public var decoder: VideoDecoder
    /// How the run meets what earlier ones have done.
    public var resume: ResumePolicy
    /// This program's name and version, as the output's ledger keeps them.
    public var program: String
    /// The command line by which the run was started, as the ledger keeps it; nil for none.
    public var command: RecordedCommand?
    /// Where video files are read. In this process by default, since others need this program to be ready for it
    /// (``MediaWorkerProcess``); the command reads them in others.
    public var isolation: MediaIsolation
    /// What a video may ask for at most; one that asks for more fails with `limit_exceeded`.
    public var limits: MediaLimits
    /// How it meets a disk that fills up.
    public var disk: DiskPolicy
    /// Where warnings and errors go.
    public var logger: Logger
    /// What keeps the run's metrics (``RunMetric``).
    public var metrics: any MetricsFactory
    /// Whether somebody waits for a copy of the ledger of an output in a bucket; asked every second.
    package var wantsCopy: @Sendable () -> Bool = { false }
    /// Called at every event, from many tasks.
    public var onEvent: @Sendable (RunEvent) -> Void

    /// Makes options; the defaults use every core, go on where an earlier run stopped, log to standard error, and count
    /// where the process has its metrics (`MetricsSystem`), if it has any.
    public init(
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, decoder: VideoDecoder = .cpu,
        isolation: MediaIsolation = .none, limits: MediaLimits = MediaLimits(), resume: ResumePolicy = .goOn,
        program: String = "Shotlist", command: RecordedCommand? = nil, disk: DiskPolicy = DiskPolicy(),
        logger: Logger = Logger(label: "shotlist"),
        metrics: (any MetricsFactory)? = nil,
        onEvent: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        self.threads = max(1, threads)
        self.decoder = decoder
        self.isolation = isolation
        self.limits = limits
        self.resume = resume
        self.program = program
        self.command = command
        self.disk = disk
        self.logger = logger
        self.metrics = metrics ?? MetricsSystem.factory
        self.onEvent = onEvent
    }
}
