import ShotlistCore
import ShotlistMedia
import ShotlistPipeline
import Synchronization

/// One run of the pipeline over a folder: no model and no writer.
struct PipelineRun {
    let stages: Stages

    /// Runs it and checks that every window came out, with its frames and its preview.
    func run() async throws -> Answer {
        let taking = TakingStage(concurrency: stages.threads, takesMP4: stages.request.mp4 == true)
        var pipeline = Pipeline(name: "media_bench")
        pipeline.addStage(try stages.reader())
        pipeline.addStage(try stages.splitting())
        pipeline.addStage(try stages.preparation())
        pipeline.addStage(try stages.preview())
        pipeline.addStage(taking)
        let previews = Previews()
        let start = ContinuousClock.now
        let options = RunOptions(
            threads: stages.threads,
            isolation: stages.request.isolated == true ? .processes(MediaProcesses()) : .none)
        let summary = try await pipeline.run(options: options) { finished in
            try previews.add(finished)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)

        var answer = Answer(clips: summary.clips, previewBytes: previews.bytes, seconds: seconds)
        taking.tell(&answer)
        guard summary.isComplete, summary.clipsSkipped == 0 else {
            throw Complaint("the run was not complete: \(summary.failedVideos) \(summary.statuses) \(summary.reasons)")
        }
        guard answer.windows > 0, summary.windows == answer.windows, summary.previews == answer.windows else {
            throw Complaint(
                "\(answer.windows) of \(summary.windows) windows were taken, \(summary.previews) have previews")
        }
        return answer
    }
}

/// What the previews weigh.
private final class Previews: Sendable {
    private let total = Mutex(0)

    var bytes: Int { total.withLock { $0 } }

    func add(_ finished: FinishedClip) throws {
        for window in finished.windows {
            if let reason = window.reason ?? window.previewReason { throw Complaint(reason.message) }
            let bytes = window.webpBytes?.count ?? 0
            guard bytes > 0 else { throw Complaint("window \(window.id) has no preview") }
            total.withLock { $0 += bytes }
        }
    }
}
