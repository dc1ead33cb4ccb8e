import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLedger
import ShotlistPipeline
import Synchronization
import Testing

@Suite("A run knows its videos again, and the records that they have", .timeLimit(.minutes(20)))
struct ResumeSourceTests {
    private func run(_ workspace: Workspace) throws -> Run { try workspace.runOverTwoClips() }

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
}
