import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("Captions are enhanced after they are made, where both models do not fit", .timeLimit(.minutes(20)))
struct EnhancementRoundsTests {
    /// What happened, in order; both engines write to it.
    private final class Diary: Sendable {
        private let entries = Mutex<[String]>([])

        func write(_ entry: String) { entries.withLock { $0.append(entry) } }
        var lines: [String] { entries.withLock(\.self) }

        /// The comings and goings of the models alone.
        var changes: [String] { lines.filter { $0.hasPrefix("+") || $0.hasPrefix("-") } }
    }

    /// An engine that captions with the first frame and says in the diary that it comes and goes.
    private struct Captions: CaptionEngine {
        let identity = EngineIdentity(modelID: "captions", modelRevision: "1")
        let diary: Diary

        init(_ diary: Diary) {
            self.diary = diary
            diary.write("+captions")
        }

        func caption(_ request: CaptionRequest) async throws -> CaptionAnswer {
            .saying("from \(request.input.frameIndices[0])")
        }

        /// One block for each engine.
        var statistics: EngineStatistics? { EngineStatistics(encodedBlocks: 1, reusedBlocks: 2) }

        func shutDown() async { diary.write("-captions") }
    }

    private func run(
        _ workspace: Workspace, _ diary: Diary, placement: EnhancementPlacement = .afterCaptions, roundSize: Int = 4096,
        prepare: @escaping TextEnginePreparation = { _ in },
        answer: @escaping @Sendable (TextRequest) async throws -> TextAnswer = { .saying("more \($0.user)") }
    ) throws -> Run {
        try workspace.add("bikes", as: "bikes.mp4")
        var run = try Run()
        run.windowSize = 32
        run.remainderThreshold = 16
        run.batchSize = 2
        run.makeEngine = { _ in Captions(diary) }
        run.enhancement = try CaptionEnhancementStage(
            modelBatchSize: 2, placement: placement, roundSize: roundSize, prepare: prepare
        ) { settings in
            guard !settings.isBesideCaptions else { throw ShotlistError(.outOfMemory, "There is no room for two.") }
            diary.write("+text")
            return ScriptedTextEngine(onShutDown: { diary.write("-text") }, answer: answer)
        }
        return run
    }

    @Test("one round: the one model leaves, the other comes, and does not leave again before it is done")
    func oneRound() async throws {
        let (workspace, diary, seen) = (try Workspace(), Diary(), Diary())
        let prepared = Mutex<[TextEngineSettings]>([])
        let run = try run(workspace, diary, prepare: { settings in prepared.withLock { $0.append(settings) } })
        let previews = workspace.output.appending(path: "previews").path
        let summary = try await run(on: workspace) { event in
            switch event {
            case .windowWaits(let window, let clip):
                // What waits holds no pictures, and its preview is where it belongs.
                #expect(window.input == nil && window.previewFrames == nil && window.webpBytes == nil)
                let preview = "\(previews)/\(clip.name)/\(window.range).webp"
                #expect(FileManager.default.fileExists(atPath: preview))
                seen.write("waits \(window.range)")
            case .note(let text): seen.write(text)
            default: break
            }
        }
        #expect(summary.isComplete)
        #expect((summary.windows, summary.enhanced, summary.previews) == (8, 8, 8))
        #expect(diary.changes == ["+captions", "-captions", "+text", "-text"])
        #expect(prepared.withLock { $0.map(\.isBesideCaptions) } == [false])
        let notes = seen.lines.filter { !$0.hasPrefix("waits") }
        #expect(notes.count == 2)
        #expect(notes[0].contains("Captions are made first"))
        #expect(notes[1].contains("'qwen' leaves, and 'qwen_lm' enhances 8 caption(s)"))
        for window in try workspace.windows() {
            let caption = try #require(window["qwen_caption"] as? String)
            #expect(caption == "from \(try #require(window["start_frame"] as? Int))")
            #expect(window["qwen_lm_enhanced_caption"] as? String == "more \(caption)")
        }
    }

    @Test("several rounds: the models change places, and are never there together", arguments: [1, 3, 4])
    func rounds(size: Int) async throws {
        let (workspace, diary) = (try Workspace(), Diary())
        let run = try run(workspace, diary, roundSize: size)
        let waiting = Mutex((now: 0, most: 0))
        let summary = try await run(on: workspace) { event in
            switch event {
            case .windowWaits: waiting.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            case .windowFinished: waiting.withLock { $0.now -= 1 }
            default: break
            }
        }
        #expect((summary.enhanced, summary.previews) == (8, 8))
        // The work of an engine that has left is counted, too.
        let engines = diary.changes.count(where: { $0 == "+captions" })
        #expect((summary.encodedBlocks, summary.reusedBlocks) == (engines, 2 * engines))
        #expect(diary.changes.count(where: { $0 == "+text" }) == (8 + size - 1) / size)
        var present: Set<Substring> = []
        for change in diary.changes {
            if change.hasPrefix("+") {
                #expect(present.isEmpty, "\(diary.changes)")
                present.insert(change.dropFirst())
            } else {
                #expect(present.remove(change.dropFirst()) != nil, "\(diary.changes)")
            }
        }
        #expect(present.isEmpty)
        // Those of rounds before that are being written, four at a time, may not be done when the next come.
        #expect(waiting.withLock { $0.most } <= size + 5)
    }

    @Test("asked to choose, the stage lets the models take turns when the text model does not fit")
    func automatic() async throws {
        let (workspace, diary, notes) = (try Workspace(), Diary(), Diary())
        let run = try run(workspace, diary, placement: .automatic)
        let summary = try await run(on: workspace) { event in
            if case .note(let text) = event { notes.write(text) }
        }
        #expect(summary.enhanced == 8)
        #expect(diary.changes == ["+captions", "-captions", "+text", "-text"])
        #expect(notes.lines.first?.contains("There is no room for two.") == true)
    }

    @Test("what is asked to run side by side and does not fit ends the run before the first window")
    func sideBySide() async throws {
        let (workspace, diary) = (try Workspace(), Diary())
        let run = try run(workspace, diary, placement: .sideBySide)
        let error = await #expect(throws: ShotlistError.self) { try await run(on: workspace) }
        #expect(error?.code == .outOfMemory)
        #expect(diary.changes == ["+captions", "-captions"])
    }

    @Test("what is missing is told before the first window, although the model is loaded later")
    func missing() async throws {
        let (workspace, diary) = (try Workspace(), Diary())
        let run = try run(
            workspace, diary, prepare: { _ in throw ShotlistError(.modelMissing, "There is no such model.") })
        let error = await #expect(throws: ShotlistError.self) { try await run(on: workspace) }
        #expect(error?.code == .modelMissing)
        #expect(workspace.clipNames().isEmpty)
    }

    @Test("a text model that cannot be loaded when its turn comes costs no caption")
    func cannotBeLoaded() async throws {
        let (workspace, diary) = (try Workspace(), Diary())
        var run = try run(workspace, diary)
        run.enhancement = try CaptionEnhancementStage(placement: .afterCaptions, roundSize: 5) { _ in
            throw ShotlistError(.outOfMemory, "Not even alone.")
        }
        let summary = try await run(on: workspace)
        #expect(summary.statuses == ["success": 8])
        #expect((summary.enhanced, summary.enhancementsFailed) == (0, 8))
        #expect(try workspace.windows().allSatisfy { $0["enhancement_reason"] as? String == "out_of_memory" })
        // Back in between, unless all windows had their captions when the first round's turn came.
        let once = ["+captions", "-captions"]
        #expect([once, once + once].contains(diary.changes))
    }

    @Test("a run that is stopped while captions wait writes them, and says what is missing")
    func stoppedWhileWaiting() async throws {
        let (workspace, diary) = (try Workspace(), Diary())
        let run = try run(workspace, diary)
        let summary = try await stop(run, on: workspace, after: 5) { event in
            if case .windowWaits = event { true } else { false }
        }
        #expect(summary.cancelled)
        #expect(diary.changes == ["+captions", "-captions"])
        try expectNothingLost(workspace, atLeast: 5)
        #expect(workspace.outputFiles().allSatisfy { !$0.contains(".tmp") && !$0.contains("staging") })
    }

    @Test("a run that is stopped in the middle of a round keeps what is enhanced and what is not")
    func stoppedInRound() async throws {
        let (workspace, diary) = (try Workspace(), Diary())
        let run = try run(
            workspace, diary,
            answer: { request in
                if request.user == "from 0" { return .saying("more \(request.user)") }
                // Far beyond the time limit: the run ends only because it is stopped.
                try await Task.sleep(for: .seconds(3600))
                return .saying("never")
            })
        let summary = try await stop(run, on: workspace, after: 1) { event in
            if case .windowFinished = event { true } else { false }
        }
        #expect(summary.cancelled)
        #expect(diary.changes == ["+captions", "-captions", "+text", "-text"])
        try expectNothingLost(workspace, atLeast: 8)
        let windows = try workspace.windows()
        #expect(windows[0]["qwen_lm_enhanced_caption"] as? String == "more from 0")
        #expect(summary.enhanced == 1)
        #expect(summary.enhancementReasons == ["cancelled": 7])
    }

    @Test("a run that is stopped while captions are enhanced side by side loses none")
    func stoppedBeside() async throws {
        let (workspace, diary) = (try Workspace(), Diary())
        let asked = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        var run = try run(workspace, diary)
        run.enhancement = try CaptionEnhancementStage { _ in
            ScriptedTextEngine { _ in
                asked.continuation.yield()
                try await Task.sleep(for: .seconds(3600))
                return .saying("never")
            }
        }
        let pipeline = try run.pipeline(workspace)
        let task = Task { try await pipeline.run(options: RunOptions(threads: 2)) }
        for await _ in asked.stream { break }
        task.cancel()
        #expect(try await task.value.cancelled)
        try expectNothingLost(workspace, atLeast: 1)
    }

    @Test("clips that wait when the run is stopped are written, and the caller is told of one at a time")
    func stoppedClips() async throws {
        let (workspace, diary) = (try Workspace(), Diary())
        var run = try run(workspace, diary)
        run.splitter = try FixedStrideExtractorStage(clipLenS: 0.4, clipStrideS: 0.4, minClipLengthS: 0)
        let calls = Mutex((now: 0, most: 0, all: 0))
        let summary = try await stop(
            run, on: workspace, after: 12,
            counts: { event in
                if case .windowWaits = event { true } else { false }
            },
            onClip: { _ in
                calls.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
                for _ in 0..<20 { await Task.yield() }
                calls.withLock { $0.now -= 1 }
            })
        #expect(summary.cancelled)
        #expect(summary.clips >= 12)
        #expect(workspace.clipNames().count == summary.clips)
        #expect(workspace.outputFiles().count(where: { $0.hasPrefix("clips/") }) == summary.clips)
        #expect(calls.withLock { $0.all } == summary.clips)
        #expect(calls.withLock { $0.most } == 1)
        #expect(summary.enhancementReasons["cancelled"] == summary.statuses["success"])
    }

    /// Stops a run at the event of this number that `counts`.
    private func stop(
        _ run: Run, on workspace: Workspace, after number: Int, counts: @escaping @Sendable (RunEvent) -> Bool,
        onClip: @escaping @Sendable (FinishedClip) async throws -> Void = { _ in }
    ) async throws -> RunSummary {
        let left = Mutex(number)
        let events = AsyncStream<Void>.makeStream()
        let pipeline = try run.pipeline(workspace)
        let task = Task {
            try await pipeline.run(
                options: RunOptions(
                    threads: 2,
                    onEvent: { event in
                        guard counts(event) else { return }
                        if left.withLock({
                            $0 -= 1
                            return $0 == 0
                        }) {
                            events.continuation.yield()
                        }
                    }), onClip: onClip)
        }
        for await _ in events.stream { break }
        task.cancel()
        return try await task.value
    }

    /// Every window has a record: with a caption, or with the reason why there is none.
    private func expectNothingLost(_ workspace: Workspace, atLeast captions: Int) throws {
        #expect(try workspace.schemaProblems() == [])
        let windows = try workspace.windows()
        #expect(windows.map { $0["start_frame"] as? Int } == (0..<8).map { $0 * 32 })
        let captioned = windows.filter { $0["qwen_caption"] != nil }
        #expect(captioned.count >= captions)
        for window in captioned where window["qwen_lm_enhanced_caption"] == nil {
            #expect(window["status"] as? String == "success")
            #expect(window["enhancement_status"] as? String == "skipped")
            #expect(window["enhancement_reason"] as? String == "cancelled")
        }
        for window in windows where window["qwen_caption"] == nil {
            #expect(window["status"] as? String == "skipped")
            #expect(window["reason"] as? String == "cancelled")
        }
    }
}
