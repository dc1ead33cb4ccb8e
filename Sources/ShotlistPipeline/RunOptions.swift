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
    /// Called at every event, from many tasks.
    public var onEvent: @Sendable (RunEvent) -> Void

    /// Makes options; the defaults use every core and log to standard error.
    public init(
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, decoder: VideoDecoder = .cpu,
        logger: Logger = Logger(label: "shotlist"),
        onEvent: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        self.threads = max(1, threads)
        self.decoder = decoder
        self.logger = logger
        self.onEvent = onEvent
    }
}
