import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLedger
import ShotlistPipeline
import Synchronization
import Testing

@Suite("A run goes on where an earlier one stopped", .timeLimit(.minutes(20)))
struct ResumeTests {
    private func run(_ workspace: Workspace) throws -> Run { try workspace.runOverTwoClips() }

    @Test("stopped again and again, it asks for no committed window twice, and ends as an undisturbed run does")
    func stopped() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        let whole = try await workspace.undisturbed(run)
        var committed: Set<Window.ID> = []
        var summary = RunSummary()
        for stop in [2, 3, nil] {
            let watch = Watch()
            summary = try await run(on: workspace, .goOn, watch, stoppingAfter: stop)
            #expect(committed.isDisjoint(with: watch.asked))
            #expect(Set(watch.asked).count == watch.asked.count)
            #expect(summary.keptWindows <= committed.count && summary.cancelled == (stop != nil))
            if stop == nil { #expect(summary.keptWindows == committed.count) }
            committed.formUnion(watch.committed)
        }
        #expect(summary.isComplete && summary.keptWindows >= 5)
        #expect(committed.count == summary.windows)
        let after = try OutputSnapshot(workspace)
        #expect(after.differences(from: whole) == [])
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("with nothing left it opens no video, asks for nothing, changes no file, and counts the same")
    func nothingLeft() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        let first = try await run(on: workspace, .goOn)
        let times = try workspace.times()
        let watch = Watch()
        let second = try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty && watch.opened == 0)
        #expect(try workspace.times() == times)
        #expect((second.keptVideos, second.keptClips, second.keptWindows) == (1, first.clips, first.windows))
        #expect((second.clips, second.windows, second.previews) == (first.clips, first.windows, first.previews))
        #expect(second.statuses == first.statuses && second.promptTokens == 0 && second.isComplete)
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("a clip that is encoded from the windows' pass is whole after a stop, and is not encoded twice")
    func encoded() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.encoder = try ClipTranscodingStage(encoder: .libx264)
        let whole = try await workspace.undisturbed(run)
        try await run(on: workspace, .goOn, stoppingAfter: 3)
        try await run(on: workspace, .goOn)
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])
        let times = try workspace.times()
        run.promptText = "And now?"
        try await run(on: workspace, .goOn)
        for (path, time) in try workspace.times() where path.hasPrefix("clips/") { #expect(times[path] == time) }
    }

    @Test("forced and stopped, the plain run does anew what the forced one did not come to, and nothing else")
    func forced() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        let first = try await run(on: workspace, .goOn)
        let whole = try OutputSnapshot(workspace)
        let stopped = Watch()
        try await run(on: workspace, .anew, stopped, stoppingAfter: 3)
        #expect(stopped.committed.count < first.windows)
        let watch = Watch()
        let summary = try await run(on: workspace, .goOn, watch)
        #expect(Set(stopped.committed).isDisjoint(with: watch.asked))
        #expect(stopped.committed.count + watch.asked.count == first.windows && summary.isComplete)
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])
    }

    @Test("the ledger lets go of what is written over before that is: a kill in between leaves nothing that seems done")
    func reopened() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5, limitClips: 1)
        try await run(on: workspace, .goOn)
        let clip = try #require(workspace.clipNames().first.flatMap { UUID(uuidString: $0) })
        let output = workspace.output.path
        let seen = Mutex<(clip: ClipState?, windows: [WindowState])?>(nil)
        run.encoder = try ClipTranscodingStage(encoder: .libx264)
        run.preview = try PreviewStage(targetHeight: 96)
        run.promptText = "And now?"
        run.answer = { _ in
            // Nothing of the window that is asked for first is written yet.
            if seen.withLock({ $0 == nil }) {
                let ledger = try await Ledger.open(outputPath: output, program: "test", access: .readOnly)
                let (state, windows) = (try await ledger.clip(clip), try await ledger.windows(of: clip))
                try await ledger.close()
                seen.withLock { if $0 == nil { $0 = (state, windows) } }
            }
            return .saying("New.")
        }
        try await run(on: workspace, .goOn)
        let (state, windows) = try #require(seen.withLock { $0 })
        #expect(state != nil && state?.done == nil && state?.record == nil && state?.file == nil)
        #expect(!windows.isEmpty && windows.allSatisfy { $0.preview == nil })
    }

    @Test("a preview that is lost is drawn again, and nothing else is done")
    func lostPreview() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        try await run(on: workspace, .goOn)
        let whole = try OutputSnapshot(workspace)
        let lost = try #require(whole.files.keys.filter { $0.hasPrefix("previews/") }.sorted().dropFirst().first)
        let parts = lost.dropLast(5).split(separator: "/")
        let frames = parts[2].split(separator: "_").compactMap { Int($0) }
        let clip = try #require(UUID(uuidString: String(parts[1])))
        try FileManager.default.removeItem(at: workspace.output.appending(path: lost))
        let ledger = try await Ledger.open(outputPath: workspace.output.path, program: "test")
        try await ledger.commit(.lost(.preview(clip, FrameRange(start: frames[0], end: frames[1]))))
        try await ledger.close()

        let times = try workspace.times()
        let watch = Watch()
        let summary = try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty && summary.isComplete)
        let after = try OutputSnapshot(workspace)
        #expect(after.differences(from: whole) == [])
        for (path, time) in try workspace.times() where path.hasPrefix("previews/") && path != lost {
            #expect(times[path] == time)
        }
    }

    @Test("a second run on the same output says who works there, and harms nothing")
    func twoRuns() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        let whole = try await workspace.undisturbed(run)
        let isOpen = Mutex(false)
        let answer = run.answer
        run.answer = { request in
            for _ in 0..<6000 where !isOpen.withLock(\.self) { try await Task.sleep(for: .milliseconds(20)) }
            return try await answer(request)
        }
        let asked = AsyncStream<Void>.makeStream()
        let pipeline = try run.pipeline(workspace)
        let options = RunOptions(threads: 2) { event in
            if case .windowAsked = event { asked.continuation.yield() }
        }
        let first = Task { try await pipeline.run(options: options) }
        let second = try run.pipeline(workspace)
        for await _ in asked.stream { break }
        let error = await #expect(throws: ShotlistError.self) { try await second.run(options: options) }
        #expect(error?.code == .outputInUse)
        #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
        isOpen.withLock { $0 = true }
        #expect(try await first.value.isComplete)
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])
    }

    @Test("what a killed run left under temporary names is removed, and nothing else is")
    func leftovers() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        let left = [
            ".summary.json.12.tmp", "previews/x/.0_15.webp.345.tmp", "metas/v0/.a.json.6.tmp",
            "processed_videos/a/.b.mp4.json.7.tmp", ".shotlist/staging/shotlist-old/c.mp4",
            ".shotlist/ledger.sqlite.9.tmp",
        ]
        let live = ".shotlist/staging/shotlist-live"
        let own = ["previews/x/notes.tmp", "metas/v0/.hidden", "clips/.a.tmp", live + "/d.mp4"]
        for path in left + own {
            let file = workspace.output.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x".utf8).write(to: file)
        }
        // That of a run that begins at this moment, too.
        let lock = open(workspace.output.appending(path: live).path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try #require(lock >= 0 && flock(lock, LOCK_SH) == 0)
        defer { close(lock) }
        try await run(on: workspace, .goOn)
        for path in left {
            #expect(!FileManager.default.fileExists(atPath: workspace.output.appending(path: path).path), "\(path)")
        }
        for path in own {
            #expect(FileManager.default.fileExists(atPath: workspace.output.appending(path: path).path), "\(path)")
        }
        // What a process of a run wrote that had ended by then goes with the next run, too.
        let late = workspace.output.appending(path: ".shotlist/staging/shotlist-late")
        try FileManager.default.createDirectory(at: late, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: late.appending(path: "c.mp4"))
        try await run(on: workspace, .goOn)
        #expect(!FileManager.default.fileExists(atPath: late.path))
    }

    @Test("a ledger that fails ends the run; a preview that cannot be written costs itself alone")
    func failingLedger() async throws {
        struct Broken: SinkStage {
            let name = "broken"
            let stagingFolder: URL? = nil
            let error: ShotlistError
            func take(_ window: inout Window, of clip: Clip) async throws { throw error }
            func take(_ clip: FinishedClip) async throws {}
            func take(_ video: FinishedVideo) async throws {}
            func take(_ summary: RunSummary) async throws {}
        }
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        for code in [ShotlistError.Code.writeFailed, .ledgerFailed, .ledgerInvalid] {
            var pipeline = Pipeline(name: "test")
            pipeline.addStage(try VideoReader(inputVideoPath: workspace.videos.path))
            pipeline.addStage(try FixedStrideExtractorStage(limitClips: 1))
            pipeline.addStage(try CaptionPreparationStage())
            pipeline.addStage(try PreviewStage())
            pipeline.addStage(Broken(error: ShotlistError(code, "It broke.")))
            do {
                let summary = try await pipeline.run(options: RunOptions(threads: 2))
                #expect(code == .writeFailed && summary.previewsFailed == summary.windows)
            } catch let error as ShotlistError {
                #expect(error.code == code && code != .writeFailed)
            }
        }
    }
}
