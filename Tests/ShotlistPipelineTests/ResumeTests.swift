import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLedger
import ShotlistPipeline
import Synchronization
import Testing

@Suite("A run goes on where an earlier one stopped", .timeLimit(.minutes(5)))
struct ResumeTests {
    /// Two clips of real footage with several windows each.
    private func run(_ workspace: Workspace) throws -> Run {
        try workspace.add("bikes", as: "a/bikes.mp4")
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5)
        run.windowSize = 16
        run.remainderThreshold = 8
        run.batchSize = 1
        run.answer = { request in
            // Long enough for a stop to find windows on their way.
            try await Task.sleep(for: .milliseconds(20))
            return .saying("from \(request.input.frameIndices[0]): \(request.input.prompt.text)")
        }
        return run
    }

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

    @Test("a video that has come since is worked on, and the others are not opened")
    func oneMore() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        let first = try await run(on: workspace, .goOn)
        try workspace.add("carphone_pristine", as: "b/phone.mp4")
        let watch = Watch()
        let second = try await run(on: workspace, .goOn, watch)
        #expect(watch.opened == 1)
        #expect(second.keptWindows == first.windows && watch.asked.count == second.windows - first.windows)
        #expect(second.windows > first.windows)
    }

    @Test("a video that has changed is done anew, which is said; one whose time alone changed is not")
    func changedSource() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        try await run(on: workspace, .goOn)
        let file = workspace.videos.appending(path: "a/bikes.mp4")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
        let touched = Watch()
        try await run(on: workspace, .goOn, touched)
        #expect(touched.asked.isEmpty && !touched.notes.contains { $0.contains("has changed") })

        try FileManager.default.removeItem(at: file)
        try workspace.add("bigbuckbunny", as: "a/bikes.mp4")
        let changed = Watch()
        let summary = try await run(on: workspace, .goOn, changed)
        #expect(changed.notes.contains { $0.contains("a/bikes.mp4' has changed") })
        #expect(changed.asked.count == summary.windows && summary.keptWindows == 0)
        // The old video had a clip more; its record must not stand among those of the new one.
        let chunk = try workspace.json("processed_clip_chunks/a/bikes.mp4_0.json")
        #expect(workspace.clipNames() == (chunk["clips"] as? [String])?.sorted())
        let again = Watch()
        try await run(on: workspace, .goOn, again)
        #expect(again.asked.isEmpty && again.opened == 0)
    }

    @Test("a clip whose video was away when its turn came is no success, and the next run makes it")
    func sourceAway() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        let whole = try await workspace.undisturbed(run)
        let file = workspace.videos.appending(path: "a/bikes.mp4")
        let away = workspace.root.appending(path: "away.mp4")
        let options = RunOptions(threads: 2) { event in
            if case .videoOpened = event { try? FileManager.default.moveItem(at: file, to: away) }
        }
        let first = try await run.pipeline(workspace).run(options: options)
        #expect(first.windows == 0 && first.clips > 0 && first.clipsWithErrors == first.clips)
        try FileManager.default.moveItem(at: away, to: file)
        let watch = Watch()
        let second = try await run(on: workspace, .goOn, watch)
        #expect(second.isComplete && second.keptWindows == 0 && watch.asked.count == second.windows)
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])
    }

    @Test("videos that a stopped run did not come to are known to be left")
    func notOpened() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        for number in 0..<8 { try workspace.add("bikes", as: "b/\(number).mp4") }
        let watch = Watch()
        try await run(on: workspace, .goOn, watch, stoppingAfter: 1)
        try #require(watch.opened < 9)
        let ledger = try await Ledger.open(outputPath: workspace.output.path, program: "test", access: .readOnly)
        let counts = try await ledger.counts()
        #expect(counts.sources.values.reduce(0, +) == 9 && counts.sources[.open, default: 0] >= 8)
        try await ledger.close()
    }

    @Test("records of a video that cannot be read any more are taken away, and written again when it is back")
    func failedSource() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        try await run(on: workspace, .goOn)
        let whole = try OutputSnapshot(workspace)
        try FileManager.default.removeItem(at: workspace.videos.appending(path: "a/bikes.mp4"))
        try workspace.add(Data("no video".utf8), as: "a/bikes.mp4")
        #expect(try await run(on: workspace, .goOn).failedVideos.count == 1)
        #expect(workspace.outputFiles().filter { $0.hasPrefix("processed_") || $0.hasPrefix("metas/") } == [])
        #expect(workspace.outputFiles().contains { $0.hasPrefix("clips/") })

        try FileManager.default.removeItem(at: workspace.videos.appending(path: "a/bikes.mp4"))
        try workspace.add("bikes", as: "a/bikes.mp4")
        let watch = Watch()
        try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty)
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])
    }

    @Test("chunks that a video does not have any more are removed, and those of no chunk's or another's name stay")
    func fewerChunks() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        try await run(on: workspace, .goOn)
        let chunks = workspace.output.appending(path: "processed_clip_chunks/a")
        let first = chunks.appending(path: "bikes.mp4_0.json")
        // As an earlier run with more clips would have written them.
        let old = ["bikes.mp4_1.json", "bikes.mp4_2.json"], others = ["bikes.mp4_3.json", "bikes.mp4_x.json"]
        for name in old + ["bikes.mp4_x.json"] {
            try FileManager.default.copyItem(at: first, to: chunks.appending(path: name))
        }
        try Data(#"{"video": "other/bikes.mp4"}"#.utf8).write(to: chunks.appending(path: others[0]))
        run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5, limitClips: 1)
        try await run(on: workspace, .goOn)
        let left = try FileManager.default.contentsOfDirectory(atPath: chunks.path).sorted()
        #expect(left == ["bikes.mp4_0.json"] + others)
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

    @Test("names that show the same and differ in their bytes are two videos")
    func namesThatShowTheSame() async throws {
        let workspace = try Workspace()
        var run = try Run()
        run.windowSize = 256
        try workspace.add("carphone_pristine", as: "caf\u{e9}.mp4")
        try await run(on: workspace, .goOn)
        try workspace.add("bikes", as: "cafe\u{301}.mp4")
        let watch = Watch()
        let summary = try await run(on: workspace, .goOn, watch)
        #expect(watch.opened == 1 && summary.keptVideos == 1 && !watch.asked.isEmpty)
        func records() -> Int { workspace.outputFiles().count { $0.hasPrefix("processed_videos/") } }
        #expect(records() == 2)
        // Also when both are open at once.
        try FileManager.default.removeItem(at: workspace.output)
        #expect(try await run(on: workspace, .goOn).isComplete)
        #expect(records() == 2)
    }

    @Test("the same folder spelled otherwise holds the same videos")
    func otherSpelling() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        let first = try await run(on: workspace, .goOn)
        for spelling in ["/videos/", "//./videos", "/./videos//."] {
            run.inputVideoPath = workspace.root.path + spelling
            let watch = Watch()
            let again = try await run(on: workspace, .goOn, watch)
            #expect(watch.opened == 0 && again.keptVideos == 1 && again.keptWindows == first.windows)
        }
        #expect(workspace.clipNames().count == first.clips)
    }

    @Test("two videos that write one record are said, as those of a folder by way of a link are")
    func doubles() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        let first = Watch()
        try await run(on: workspace, .goOn, first)
        let link = workspace.root.appending(path: "link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: workspace.videos)
        run.inputVideoPath = link.path
        let watch = Watch()
        try await run(on: workspace, .goOn, watch)
        let words = "have one record, 'processed_videos/a/bikes.mp4.json'"
        #expect(watch.notes.contains { $0.contains(words) } && !first.notes.contains { $0.contains(words) })
    }

    @Test("a folder, and then the one above it: records are where the later run looks, and nothing is asked again")
    func folderAbove() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.inputVideoPath = workspace.videos.appending(path: "a").path
        let first = try await run(on: workspace, .goOn)
        let below = try workspace.json("processed_clip_chunks/bikes.mp4_0.json")
        run.inputVideoPath = nil
        let watch = Watch()
        let second = try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty && second.keptWindows == first.windows)
        #expect(try workspace.json("processed_videos/a/bikes.mp4.json")["num_total_clips"] as? Int == first.clips)
        let above = try workspace.json("processed_clip_chunks/a/bikes.mp4_0.json")
        #expect(NSDictionary(dictionary: above) == NSDictionary(dictionary: below))
        let again = Watch()
        #expect(try await run(on: workspace, .goOn, again).keptVideos == 1)
        #expect(again.opened == 0)
        run.promptText = "And now?"
        try await run(on: workspace, .goOn)
        let report = try await OutputCheck(outputPath: workspace.output.path, program: "test").run { _ in }
        #expect(report.isSound)
    }

    @Test("a ledger that is made again knows a video by what it holds, not by its time")
    func rebuiltSource() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        try await run(on: workspace, .goOn)
        let file = workspace.videos.appending(path: "a/bikes.mp4")
        let rebuild = LedgerRebuild(outputPath: workspace.output.path, program: "test")
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file.path)
        let touched = try await rebuild.run()
        #expect(touched.videos == 1 && touched.left.isEmpty)
        try FileManager.default.removeItem(at: file)
        try workspace.add("bigbuckbunny", as: "a/bikes.mp4")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
        let other = try await rebuild.run()
        #expect(other.videos == 0 && other.left[file.path] != nil)
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
        let own = ["previews/x/notes.tmp", "metas/v0/.hidden", "clips/.a.tmp"]
        for path in left + own {
            let file = workspace.output.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x".utf8).write(to: file)
        }
        try await run(on: workspace, .goOn)
        for path in left {
            #expect(!FileManager.default.fileExists(atPath: workspace.output.appending(path: path).path), "\(path)")
        }
        for path in own {
            #expect(FileManager.default.fileExists(atPath: workspace.output.appending(path: path).path), "\(path)")
        }
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
