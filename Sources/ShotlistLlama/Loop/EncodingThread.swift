import Dispatch

/// A thread that encodes windows' frames, one window after another.
///
/// How many windows are with it is the loop's matter.
final class EncodingThread<Content: Sendable>: Sendable {
    private enum Job: Sendable {
        case encode(Int, Content, AbortFlag)
        case end
    }

    private let jobs = Mailbox<Job>()
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread; `report` is called on it with each window's result.
    init(
        _ encoder: HandedOver<any ContentEncoder<Content>>, turns: Turns?,
        report: @escaping @Sendable (Int, Result<EncodedContent, any Error>) -> Void
    ) {
        LoopThread.start("shotlist-vision") { [jobs, ended] in
            Self.work(jobs) { content, abort in
                try encoder.value.encode(content, abort: abort, turns: turns)
            } report: {
                report($0, $1)
            }
            ended.signal()
        }
    }

    /// Hands a window over.
    func encode(_ content: Content, of window: Int, abort: AbortFlag) {
        jobs.post(.encode(window, content, abort))
    }

    /// Ends the thread when it has finished what it is at; what waits is dropped.
    func end() {
        jobs.post(.end)
        ended.wait()
    }

    private static func work(
        _ jobs: Mailbox<Job>, encode: (Content, AbortFlag) throws -> EncodedContent,
        report: (Int, Result<EncodedContent, any Error>) -> Void
    ) {
        while true {
            let taken = jobs.take(waiting: true)
            let isEnd = taken.contains { if case .end = $0 { true } else { false } }
            guard !isEnd else { return }
            for case .encode(let window, let content, let abort) in taken {
                report(
                    window,
                    Result {
                        if abort.isSet { throw CancellationError() }
                        return try encode(content, abort)
                    })
            }
        }
    }
}
