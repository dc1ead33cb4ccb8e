import ShotlistCore
import ShotlistLedger
import Synchronization

/// Videos that are named one after another while the run goes on, of those that another source stage reads.
///
/// The run takes one when it has room for it, and ends when ``end()`` was called and everything is done. So its windows share the
/// engine's batch, whatever task they belong to, and no task waits for another's last window.
public final class ArrivingVideos: SourceStage {
    public let name = "video_reader"
    /// What opens the videos.
    private let reader: any SourceStage
    private let queue = Mutex(Queue())

    private struct Queue {
        var waiting: [VideoFile] = []
        /// Videos that the run has, by path: of one a second part waits until the first is done.
        var underWay: Set<PathKey> = []
        var hasEnded = false
        var taker: CheckedContinuation<VideoFile?, any Error>?

        /// The next one that may be begun.
        mutating func takeNext() -> VideoFile? {
            guard let place = waiting.firstIndex(where: { !underWay.contains(PathKey($0.inputPath)) }) else {
                return nil
            }
            let file = waiting.remove(at: place)
            underWay.insert(PathKey(file.inputPath))
            return file
        }
    }

    /// Makes a source of videos that `reader` can open.
    public init(reader: any SourceStage) {
        self.reader = reader
    }

    /// What the stage that opens them calls itself where settings are told apart.
    public var workKey: String? { reader.workKey }

    /// Names videos. Who names them bounds how many wait.
    public func add(_ files: [VideoFile]) {
        handOn { $0.waiting += files }
    }

    /// Says that a video is done with, so that another part of it may be begun.
    public func done(_ inputPath: String) {
        handOn { $0.underWay.remove(PathKey(inputPath)) }
    }

    /// Says that no more are named.
    public func end() {
        handOn { $0.hasEnded = true }
    }

    /// The next video; nil when there are no more.
    ///
    /// - Throws: `CancellationError`.
    func next() async throws -> VideoFile? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = queue.withLock { queue -> Result<VideoFile?, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let file = queue.takeNext() { return .success(file) }
                    if queue.hasEnded, queue.waiting.isEmpty { return .success(nil) }
                    queue.taker = continuation
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            queue.withLock { $0.taker.take() }?.resume(throwing: CancellationError())
        }
    }

    private func handOn(_ change: (inout Queue) -> Void) {
        let (taker, file) = queue.withLock { queue -> (CheckedContinuation<VideoFile?, any Error>?, VideoFile?) in
            change(&queue)
            guard queue.taker != nil else { return (nil, nil) }
            if let file = queue.takeNext() { return (queue.taker.take(), file) }
            guard queue.hasEnded, queue.waiting.isEmpty else { return (nil, nil) }
            return (queue.taker.take(), nil)
        }
        taker?.resume(returning: file)
    }

    public func setUp(_ context: RunContext) async throws { try await reader.setUp(context) }

    /// None: they come later.
    public func files() async throws(ShotlistError) -> [VideoFile] { [] }

    public func fetch(_ file: VideoFile, soon: [VideoFile]) async throws(ShotlistError) -> String {
        try await reader.fetch(file, soon: soon)
    }

    public func release(_ inputPath: String) async { await reader.release(inputPath) }

    public func probe(_ file: VideoFile) throws(ShotlistError) -> Video { try reader.probe(file) }

    public func contribute(to summary: inout RunSummary) async { await reader.contribute(to: &summary) }

    public func tearDown() async { await reader.tearDown() }
}
