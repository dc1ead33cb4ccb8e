import Foundation
import ShotlistCore
import ShotlistPipeline
import Synchronization
import Testing

@Suite("A run waits for room on the disk", .timeLimit(.minutes(20)))
struct DiskRoomTests {
    /// A disk that a test fills and frees.
    private final class Disk: Sendable {
        private let free = Mutex(1_000_000)

        func set(free bytes: Int) { free.withLock { $0 = bytes } }

        func policy(wait: Duration? = nil) -> DiskPolicy {
            var policy = DiskPolicy(leastFree: 1000, wait: wait)
            policy.interval = .milliseconds(20)
            policy.measure = { _ in DiskSpace(free: self.free.withLock { $0 }, total: 2_000_000) }
            return policy
        }
    }

    /// One video of several windows, asked one after another.
    private func run(_ workspace: Workspace) throws -> Run {
        try workspace.add("bikes", as: "a/bikes.mp4")
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5)
        run.windowSize = 16
        run.remainderThreshold = 8
        run.batchSize = 1
        run.answer = { request in
            try await Task.sleep(for: .milliseconds(20))
            return .saying("from \(request.input.frameIndices[0])")
        }
        return run
    }

    /// Runs; `then` is called once, at the first committed caption.
    private func start(
        _ run: Run, _ workspace: Workspace, _ policy: DiskPolicy, _ watch: Watch, then: @escaping @Sendable () -> Void
    ) throws -> Task<RunSummary, any Error> {
        let pipeline = try run.pipeline(workspace)
        let hasBegun = OnceFlag()
        let options = RunOptions(threads: 2, resume: .goOn, disk: policy) { event in
            watch.take(event)
            guard case .windowCommitted = event else { return }
            if hasBegun.take() { then() }
        }
        return Task { try await pipeline.run(options: options) }
    }

    /// Lets one of many go first.
    private final class OnceFlag: Sendable {
        private let isTaken = Mutex(false)

        func take() -> Bool {
            isTaken.withLock { isTaken in
                defer { isTaken = true }
                return !isTaken
            }
        }
    }

    private func waits(_ watch: Watch) async throws -> Bool {
        for _ in 0..<12_000 {
            if watch.notes.contains(where: { $0.contains("The run pauses") }) { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test("with too little it pauses, says so once, asks for nothing new, and goes on when there is room")
    func pauses() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        let whole = try await workspace.undisturbed(run)
        let (disk, watch) = (Disk(), Watch())
        let task = try start(run, workspace, disk.policy(), watch) { disk.set(free: 999) }
        try #require(try await waits(watch))
        // What is with the engine is done first.
        try await Task.sleep(for: .milliseconds(300))
        let asked = watch.asked.count
        try await Task.sleep(for: .milliseconds(500))
        #expect(watch.asked.count == asked)
        disk.set(free: 1000)
        let summary = try await task.value
        #expect(summary.isComplete && asked < summary.windows)
        let said = watch.notes.filter { $0.contains("pauses") || $0.contains("goes on after") }
        #expect(said.count == 2 && said.first?.contains("999 B are free") == true, "\(said)")
        #expect(said.first?.contains(workspace.output.path) == true)
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])
    }

    @Test("stopped while it waits, it ends at once with what it has")
    func stopped() async throws {
        let workspace = try Workspace()
        let (disk, watch) = (Disk(), Watch())
        let task = try start(try run(workspace), workspace, disk.policy(), watch) { disk.set(free: 0) }
        try #require(try await waits(watch))
        let start = ContinuousClock.now
        task.cancel()
        let summary = try await task.value
        // The exact bound is the command's; here other tests may have every thread.
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(summary.cancelled && (summary.statuses["success"] ?? 0) >= watch.committed.count)
        #expect(!watch.committed.isEmpty)
    }

    @Test("with a bound on its patience it ends with a sentence, and what was captioned is kept")
    func impatient() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        let (disk, watch) = (Disk(), Watch())
        let task = try start(run, workspace, disk.policy(wait: .milliseconds(100)), watch) { disk.set(free: 0) }
        let error = await #expect(throws: ShotlistError.self) { try await task.value }
        #expect(error?.code == .diskFull && error?.message.contains("0 B are free") == true)
        let again = Watch()
        let summary = try await run(on: workspace, .goOn, again)
        #expect(summary.isComplete && Set(watch.committed).isDisjoint(with: again.asked))
    }

    /// A stage whose first clips find no room.
    private struct Crowded: ClipStage {
        let name = "crowded"
        let workKey: String? = "1"
        let calls = Calls()

        final class Calls: Sendable {
            let count = Mutex(0)
        }

        func process(_ clip: inout Clip) async throws {
            let call = calls.count.withLock { count in
                count += 1
                return count
            }
            if call <= 3 { throw ShotlistError(.diskFull, "The disk is full: 'it' could not be written.") }
        }
    }

    @Test("what could not be written is written again, and is no error of its clip")
    func writtenAgain() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let stage = Crowded()
        var pipeline = Pipeline(name: "test")
        pipeline.addStage(try VideoReader(inputVideoPath: workspace.videos.path))
        pipeline.addStage(try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5))
        pipeline.addStage(stage)
        pipeline.addStage(ClipWriterStage(outputPath: workspace.output.path))
        let watch = Watch()
        let options = RunOptions(threads: 2, resume: .goOn, disk: Disk().policy()) { watch.take($0) }
        let summary = try await pipeline.run(options: options)
        #expect(summary.isComplete && summary.clips >= 2)
        #expect(stage.calls.count.withLock { $0 } == summary.clips + 3)
        #expect(watch.notes.contains { $0.contains("'it' could not be written. The run pauses") })
        #expect(watch.notes.contains { $0.contains("goes on after") })
    }

    @Test("one that is not to wait ends where it could not write")
    func notWaiting() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var pipeline = Pipeline(name: "test")
        pipeline.addStage(try VideoReader(inputVideoPath: workspace.videos.path))
        pipeline.addStage(WholeVideoStage())
        pipeline.addStage(Crowded())
        pipeline.addStage(ClipWriterStage(outputPath: workspace.output.path))
        let options = RunOptions(threads: 2, resume: .goOn, disk: DiskPolicy(wait: .zero))
        let whole = pipeline
        let error = await #expect(throws: ShotlistError.self) { try await whole.run(options: options) }
        #expect(error?.code == .diskFull)
    }
}
