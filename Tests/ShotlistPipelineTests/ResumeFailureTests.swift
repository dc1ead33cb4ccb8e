import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistMedia
import ShotlistPipeline
import Synchronization
import Testing

@Suite("What failed is kept, or tried again where the machine or a limit was at fault", .timeLimit(.minutes(20)))
struct ResumeFailureTests {
    private func run(_ workspace: Workspace) throws -> Run { try workspace.runOverOneClip() }

    @Test("what failed is kept until it is to be tried again, and then it alone is")
    func failures() async throws {
        let workspace = try Workspace()
        try workspace.add(Data("no video".utf8), as: "text.mp4")
        var run = try run(workspace)
        let answer = run.answer
        run.answer = { request in
            guard request.input.frameIndices[0] != 64 else { throw ShotlistError(.blocked, "The server declined.") }
            return try await answer(request)
        }
        let first = try await run(on: workspace, .goOn)
        #expect(first.statuses == ["success": 2, "error": 1])
        run.answer = answer
        let kept = Watch()
        let second = try await run(on: workspace, .goOn, kept)
        #expect(kept.asked.isEmpty && kept.opened == 0)
        #expect(second.statuses == first.statuses && second.failedVideos == first.failedVideos && !second.isComplete)
        let tried = Watch()
        let third = try await run(on: workspace, ResumePolicy(retryFailed: true), tried)
        #expect(tried.asked.map { $0.hasSuffix("/64_127") } == [true])
        #expect(third.statuses == ["success": 3] && third.failedVideos.count == 1)
        #expect(try workspace.captions().allSatisfy { $0 != nil })
    }

    @Test("a window that the engine failed on is asked again by the next run, and it alone is")
    func engineFailure() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        let answer = run.answer
        for code in [ShotlistError.Code.engineFailed, .outOfMemory] {
            run.promptText = "\(code)?"
            run.answer = { request in
                guard request.input.frameIndices[0] != 64 else { throw ShotlistError(code, "It broke.") }
                return try await answer(request)
            }
            let first = try await run(on: workspace, .goOn)
            #expect(first.statuses == ["success": 2, "error": 1])
            run.answer = answer
            let watch = Watch()
            let second = try await run(on: workspace, .goOn, watch)
            #expect(watch.asked.map { $0.hasSuffix("/64_127") } == [true])
            #expect(second.isComplete && second.keptWindows == 2)
        }
    }

    @Test("an enhancement whose model was missing is made by the next run, and no caption is asked for again")
    func enhancementFailure() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        func stage(fails: Bool) throws -> CaptionEnhancementStage {
            try CaptionEnhancementStage(placement: .afterCaptions) { _ in
                ScriptedTextEngine { request in
                    guard !fails else { throw ShotlistError(.modelMissing, "There is no model.") }
                    return .saying("better: \(request.user)")
                }
            }
        }
        run.enhancement = try stage(fails: true)
        #expect(try await run(on: workspace, .goOn).enhancementsFailed == 3)
        run.enhancement = try stage(fails: false)
        let watch = Watch()
        let second = try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty && second.enhanced == 3 && second.isComplete)
    }

    @Test("an engine that fails on every window ends the run, and the next run asks for all of them")
    func engineLost() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        (run.windowSize, run.remainderThreshold, run.batchSize, run.preview) = (8, 4, 1, nil)
        let answer = run.answer
        run.answer = { _ in throw ShotlistError(.engineFailed, "The card is gone.") }
        let lost = Watch()
        let error = await #expect(throws: ShotlistError.self) { try await run(on: workspace, .goOn, lost) }
        let words = try #require(error).message
        #expect(error?.code == .engineFailed && words.contains("in a row") && words.contains("The card is gone."))
        run.answer = answer
        let watch = Watch()
        let second = try await run(on: workspace, .goOn, watch)
        #expect(second.isComplete && second.keptWindows == 0 && watch.asked.count == second.windows)
        #expect(lost.asked.count >= 8 && lost.asked.count < second.windows)
    }

    @Test("what a limit refused stays refused under that limit, and is done under another")
    func limits() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        var limits = MediaLimits()
        limits.frames = 100
        func summary(_ limits: MediaLimits) async throws -> (RunSummary, opened: Int) {
            let watch = Watch()
            let options = RunOptions(threads: 2, limits: limits) { watch.take($0) }
            return (try await run.pipeline(workspace).run(options: options), watch.opened)
        }
        let first = try await summary(limits)
        #expect(first.0.failedVideos.count == 1 && first.0.keptVideos == 0)
        let again = try await summary(limits)
        #expect(again.0.failedVideos == first.0.failedVideos && again.0.keptVideos == 1)
        let raised = try await summary(MediaLimits())
        #expect(raised.0.isComplete && raised.0.windows == 3 && raised.opened == 1)
        #expect(try workspace.captions().allSatisfy { $0 != nil })
        // Nor do other limits open what is done.
        limits.frames = 1 << 20
        #expect(try await summary(limits).opened == 0)
    }

    @Test("a video whose clips a limit refuses one after another is not tried to its end")
    func refusedClips() async throws {
        let workspace = try Workspace()
        let video = try workspace.noise()
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 0.5, clipStrideS: 0.5, minClipLengthS: 0.2)
        var limits = MediaLimits()
        limits.undecodedPackets = 5
        let summary = try await run.pipeline(workspace).run(
            options: RunOptions(threads: 1, limits: limits, resume: .goOn))
        let sentences = try workspace.clipNames().map { name in
            try String(contentsOf: workspace.output.appending(path: "metas/v0/\(name).json"), encoding: .utf8)
        }
        let untried = sentences.filter { $0.contains("the others are not tried") }
        let tried = sentences.filter { $0.contains("5 packets in a row gave no picture") }
        // One more may be on its way when the eighth is refused.
        #expect(tried.count >= 8 && tried.count <= 10)
        #expect(untried.count >= 10 && tried.count + untried.count == sentences.count)
        #expect(summary.clips == sentences.count && !summary.isComplete)
        #expect(FileManager.default.fileExists(atPath: video.path))
    }
}
