import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("A run as a whole")
struct RunTests {
    @Test("clips, windows and chunks of two videos in folders come together")
    func several() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "a/bikes.mp4")
        try workspace.add("bigbuckbunny", as: "b/Rabbit.MP4")
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 3, clipStrideS: 3, minClipLengthS: 2)
        let summary = try await run(on: workspace)
        #expect(summary.videos == 2)
        #expect(summary.clips == 5)
        #expect(summary.isComplete)
        let chunk = try workspace.json("processed_clip_chunks/a/bikes.mp4_0.json")
        #expect((chunk["clips"] as? [String])?.count == 3)
        #expect(chunk["num_clips_with_caption"] as? Int == 3)
        #expect(chunk["num_clips_with_webp"] as? Int == 3)
        #expect(chunk["total_clip_duration"] as? Double == 9)
    }

    @Test("the same input gives the same files, and a rerun replaces them")
    func rerun() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        try await Run()(on: workspace)
        let first = workspace.outputFiles()
        var changed = try Run()
        changed.answer = { _ in .saying("another caption") }
        try await changed(on: workspace)
        #expect(workspace.outputFiles() == first)
        let meta = try workspace.json("metas/v0/\(try #require(workspace.clipNames().first)).json")
        let windows = try #require(meta["windows"] as? [[String: Any]])
        #expect(windows.allSatisfy { $0["qwen_caption"] as? String == "another caption" })
    }

    @Test("a dry run writes nothing, and --no-upload-clips all but the clips")
    func writesLess() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.dryRun = true
        let summary = try await run(on: workspace)
        #expect(summary.windows == 1)
        #expect(!FileManager.default.fileExists(atPath: workspace.output.path))
        run.dryRun = false
        run.uploadClips = false
        try await run(on: workspace)
        #expect(workspace.outputFiles().allSatisfy { !$0.hasPrefix("clips/") })
        let meta = try workspace.json("metas/v0/\(try #require(workspace.clipNames().first)).json")
        #expect(meta["num_frames"] as? Int == 250)
    }

    @Test("bad files cost themselves alone")
    func badFiles() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "good.mp4")
        try workspace.add(Data(), as: "empty.mp4")
        try workspace.add(Data("no video at all, only words".utf8), as: "text.mp4")
        try workspace.add(Data("ffconcat version 1.0\nfile good.mp4\n".utf8), as: "list.mkv")
        let summary = try await Run()(on: workspace)
        #expect(summary.clips == 1)
        #expect(summary.statuses == ["success": 1])
        #expect(summary.failedVideos.count == 3)
        for (path, text) in summary.failedVideos { #expect(text.contains(path), "\(text)") }
        #expect(!summary.isComplete && summary.hasResults)
        let written = try workspace.json("summary.json")
        #expect((written["failed_videos"] as? [String: String])?.count == 3)
    }

    @Test("a stage of the user's own reads inputs, mp4 and WebP bytes")
    func ownStage() async throws {
        struct Reader: WindowStage {
            let name = "reader"
            let concurrency = 1
            let seen: Seen

            final class Seen: Sendable {
                let lines = Mutex<[String]>([])
            }

            func process(_ window: inout Window, of clip: Clip) async throws {
                let input = try #require(window.input)
                let mp4 = try #require(try window.mp4Bytes())
                let webp = try #require(window.webpBytes)
                let kind = String(decoding: mp4[4..<8], as: UTF8.self)
                let magic = String(decoding: webp[8..<12], as: UTF8.self)
                seen.lines.withLock {
                    $0.append("\(input.frames[0].dtype) \(input.frames[0].bytes.count) \(kind) \(magic)")
                }
            }
        }
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let seen = Reader.Seen()
        var run = try Run()
        run.dtype = .float32
        run.extra = [Reader(seen: seen)]
        try await run(on: workspace)
        #expect(seen.lines.withLock { $0 } == ["float32 \(644 * 280 * 3 * 4) ftyp WEBP"])
    }

    @Test("the engine gets the same pixels whoever resizes, in whichever type they waited")
    func resizing() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let hashes = Mutex<Set<String>>([])
        let ways = PreprocessDType.allCases.map { ($0, false) } + [(.uint8, true), (.float16, true)]
        for (dtype, modelDoesPreprocess) in ways {
            var run = try Run()
            run.modelDoesPreprocess = modelDoesPreprocess
            run.dtype = dtype
            run.answer = { request in
                let frames = request.input.modelFrames
                hashes.withLock { _ = $0.insert(frames.map { ContentHash.sha256($0.bytes) }.joined()) }
                return .saying("seen")
            }
            try await run(on: workspace)
        }
        #expect(hashes.withLock { $0.count } == 1)
    }

    @Test("no more windows are in memory than the stages work on")
    func bound() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let counter = Mutex((now: 0, most: 0))
        var run = try Run()
        run.windowSize = 8
        run.remainderThreshold = 4
        run.batchSize = 2
        run.answer = { _ in
            counter.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            // The first to come waits for a second, so that the test does not depend on the machine's speed.
            for _ in 0..<1000 where counter.withLock({ $0.most < 4 }) { try await Task.sleep(for: .milliseconds(20)) }
            try await Task.sleep(for: .milliseconds(5))
            counter.withLock { $0.now -= 1 }
            return .saying("x")
        }
        let summary = try await run(on: workspace)
        #expect(summary.windows == 31)
        // Two that the engine answers, and two that wait beside them.
        #expect(counter.withLock { $0.most } == 4)
    }

    @Test("a caller who takes no clip holds up the engine, and no windows pile up", .timeLimit(.minutes(20)))
    func slowCaller() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let state = Mutex((asked: 0, isOpen: false))
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 0.4, clipStrideS: 0.4, minClipLengthS: 0)
        run.batchSize = 2
        run.preview = nil
        run.answer = { _ in
            state.withLock { $0.asked += 1 }
            return .saying("x")
        }
        let pipeline = try run.pipeline(workspace)
        async let summary = pipeline.run(options: RunOptions(threads: 2)) { _ in
            for _ in 0..<6000 where !state.withLock(\.isOpen) { try await Task.sleep(for: .milliseconds(20)) }
        }
        var (still, last) = (0, 0)
        for _ in 0..<3000 where still < 50 {
            try await Task.sleep(for: .milliseconds(20))
            let asked = state.withLock(\.asked)
            still = asked == last && asked > 0 ? still + 1 : 0
            last = asked
        }
        // Four that are with the engine or have just left it, four that are being written, and one that the caller has, or
        // is about to have.
        #expect(last <= 9)
        state.withLock { $0.isOpen = true }
        #expect(try await summary.windows == 25)
        #expect(state.withLock(\.asked) == 25)
    }

    @Test("what the caller throws ends the run, whoever waits to hand something on", .timeLimit(.minutes(20)))
    func callerThrows() async throws {
        struct Enough: Error {}
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 0.4, clipStrideS: 0.4, minClipLengthS: 0)
        let pipeline = try run.pipeline(workspace)
        await #expect(throws: Enough.self) {
            try await pipeline.run(options: RunOptions(threads: 2)) { _ in throw Enough() }
        }
        #expect(workspace.outputFiles().allSatisfy { !$0.contains(".tmp") && !$0.contains("staging") })
    }

    @Test("a record that cannot be written costs itself alone")
    func recordInTheWay() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "a.mp4")
        try workspace.add("bikes", as: "b.mp4")
        try FileManager.default.createDirectory(
            at: workspace.output.appending(path: "processed_videos/a.mp4.json"), withIntermediateDirectories: true)
        let summary = try await Run()(on: workspace)
        #expect(summary.clips == 2)
        #expect(summary.failedRecords.count == 1)
        #expect(summary.failedRecords.values.first?.contains("processed_videos/a.mp4.json") == true)
        #expect(!summary.isComplete)
        #expect(workspace.outputFiles().contains("processed_videos/b.mp4.json"))
    }

    @Test("a cancelled run waits for nobody, says so, and leaves whole files only", .timeLimit(.minutes(20)))
    func cancel() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let asked = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        var run = try Run()
        run.windowSize = 8
        run.answer = { _ in
            asked.continuation.yield()
            // Far beyond the time limit: the run ends only because it is cancelled.
            try await Task.sleep(for: .seconds(3600))
            return .saying("x")
        }
        let pipeline = try run.pipeline(workspace)
        let task = Task { try await pipeline.run(options: RunOptions(threads: 2)) }
        for await _ in asked.stream { break }
        task.cancel()
        let summary = try await task.value
        #expect(summary.cancelled)
        #expect(workspace.outputFiles().allSatisfy { !$0.contains(".tmp") && !$0.contains("staging") })
    }
}
