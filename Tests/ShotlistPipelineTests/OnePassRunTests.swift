import Foundation
import ShotlistCore
import ShotlistMedia
import ShotlistPipeline
import Synchronization
import Testing

@Suite("A run that encodes clips and makes windows of them decodes each clip once")
struct OnePassRunTests {
    private func run(_ workspace: Workspace, seconds: Double) throws -> Run {
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: seconds, clipStrideS: seconds, minClipLengthS: 0)
        run.encoder = try ClipTranscodingStage(encoder: .libx264)
        run.windowSize = 32
        run.remainderThreshold = 16
        return run
    }

    @Test("clips, windows, previews and records are whole")
    func whole() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let summary = try await run(workspace, seconds: 4)(on: workspace)
        #expect(summary.isComplete)
        #expect(summary.clips == 3)
        let names = workspace.clipNames()
        try #require(names.count == 3)
        for name in names {
            let meta = try workspace.json("metas/v0/\(name).json")
            #expect(meta["valid"] as? Bool == true)
            let frames = try #require(meta["source_num_frames"] as? Int)
            #expect(meta["num_frames"] as? Int == frames)
            let clip = try MediaProbe.probe(path: workspace.output.appending(path: "clips/\(name).mp4").path)
            #expect(clip.metadata.numFrames == frames)
            #expect((meta["windows"] as? [Any])?.count == (frames + 16) / 32)
        }
        #expect(workspace.outputFiles().filter { $0.hasPrefix("previews/") }.count == summary.windows)
        #expect(summary.windows == 8)
    }

    @Test("a clip too short for a window has its file, all the same")
    func short() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try run(workspace, seconds: 0.12)
        run.splitter = try FixedStrideExtractorStage(clipLenS: 0.12, clipStrideS: 1, minClipLengthS: 0, limitClips: 2)
        let summary = try await run(on: workspace)
        #expect(summary.windows == 0)
        for name in workspace.clipNames() {
            let meta = try workspace.json("metas/v0/\(name).json")
            #expect(meta["num_frames"] as? Int == 3)
            #expect(meta["reason"] as? String == "too_few_frames")
        }
        #expect(workspace.outputFiles().filter { $0.hasPrefix("clips/") }.count == 2)
    }

    @Test("a stage of the user's own finds the clip's file before the first window")
    func ownStage() async throws {
        final class Seen: WindowStage {
            let name = "seen"
            let concurrency = 1
            let frames = Mutex<[Int]>([])
            func process(_ window: inout Window, of clip: Clip) async throws {
                let encoded = try #require(clip.encoded)
                #expect(FileManager.default.fileExists(atPath: encoded.file.path))
                frames.withLock { $0.append(encoded.numFrames) }
            }
        }
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        let seen = Seen()
        var run = try run(workspace, seconds: 4)
        run.extra = [seen]
        let summary = try await run(on: workspace)
        #expect(summary.windows == 8)
        #expect(seen.frames.withLock { $0.count } == summary.windows)
    }

    @Test("a damaged middle costs the clip's file and the windows in it, and the record says both")
    func damaged() async throws {
        let workspace = try Workspace()
        var bytes = try Data(contentsOf: Workspace.footage("bikes"))
        let middle = bytes.count / 2
        for index in middle..<middle + 40_000 { bytes[index] = 0 }
        try workspace.add(bytes, as: "bikes.mp4")
        let summary = try await run(workspace, seconds: 10)(on: workspace)
        let meta = try workspace.json("metas/v0/\(try #require(workspace.clipNames().first)).json")
        let errors = try #require(meta["errors"] as? [String])
        #expect(errors.contains { $0.hasPrefix("clip_transcoding: ") && $0.contains("damaged") })
        #expect(meta["valid"] as? Bool == false)
        let statuses = try workspace.windows().compactMap { $0["status"] as? String }
        #expect(statuses.contains("success") && statuses.contains("error"), "\(statuses)")
        #expect(summary.clips == 1)
        #expect(workspace.outputFiles().allSatisfy { !$0.hasPrefix("clips/") })
    }

    @Test("a run that is stopped while a clip's file is finished has the record of the clip")
    func stoppedAtTheEnd() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try run(workspace, seconds: 10)
        run.splitter = try FixedStrideExtractorStage(clipLenS: 3, clipStrideS: 3, minClipLengthS: 0, limitClips: 1)
        // This encoder has dozens of frames to write when the last window is decoded.
        run.encoder = try ClipTranscodingStage(encoder: .libvpxVP9)
        let pipeline = try run.pipeline(workspace)
        final class Done: Sendable { let windows = Mutex(0) }
        let done = Done()
        let task = Task {
            try await pipeline.run(
                options: RunOptions(threads: 2) { event in
                    if case .windowFinished = event { done.windows.withLock { $0 += 1 } }
                })
        }
        // 75 frames are two windows.
        for _ in 0..<3000 where done.windows.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(10)) }
        task.cancel()
        let summary = try await task.value
        #expect(summary.windows == 2)
        let meta = try workspace.json("metas/v0/\(try #require(workspace.clipNames().first)).json")
        #expect(try workspace.windows().compactMap { $0["status"] as? String } == ["success", "success"])
        let errors = meta["errors"] as? [String] ?? []
        #expect(meta["valid"] as? Bool == errors.isEmpty)
        #expect(workspace.outputFiles().contains { $0.hasPrefix("processed_videos/") })
    }

    @Test("a run that is stopped keeps what is captioned and says that the clip's file is not whole")
    func stopped() async throws {
        let workspace = try Workspace()
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try run(workspace, seconds: 10)
        final class Asked: Sendable { let count = Mutex(0) }
        let asked = Asked()
        run.batchSize = 1
        run.answer = { _ in
            let count = asked.count.withLock { count in
                count += 1
                return count
            }
            if count > 2 { try await Task.sleep(for: .seconds(600)) }
            return .saying("a caption")
        }
        let pipeline = try run.pipeline(workspace)
        let task = Task { try await pipeline.run(options: RunOptions(threads: 2)) }
        for _ in 0..<600 where asked.count.withLock({ $0 }) < 3 { try await Task.sleep(for: .milliseconds(50)) }
        task.cancel()
        let summary = try await task.value
        #expect(summary.cancelled)
        let meta = try workspace.json("metas/v0/\(try #require(workspace.clipNames().first)).json")
        let statuses = try workspace.windows().compactMap { $0["status"] as? String }
        #expect(statuses.filter { $0 == "success" }.count >= 1)
        #expect(statuses.contains("skipped"))
        let errors = try #require(meta["errors"] as? [String])
        #expect(errors.contains { $0.hasPrefix("clip_transcoding: The run was stopped") })
    }
}
