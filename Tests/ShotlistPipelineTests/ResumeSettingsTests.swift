import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistMedia
import ShotlistPipeline
import Synchronization
import Testing

@Suite("What is done with other settings is met as the run is told", .timeLimit(.minutes(20)))
struct ResumeSettingsTests {
    private func run(_ workspace: Workspace) throws -> Run { try workspace.runOverOneClip() }

    @Test("a changed prompt gives new captions and draws no preview again; the old prompt finds its captions")
    func changedPrompt() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.promptText = "Old?"
        let first = try await run(on: workspace, .goOn)
        let times = try workspace.times()
        run.promptText = "New?"
        let watch = Watch()
        let second = try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.count == first.windows && second.keptWindows == 0)
        #expect(watch.notes.contains { $0.contains("settings of captions are not those of the last run") })
        #expect(try workspace.captions() == ["New? 0", "New? 64", "New? 128"])
        for (path, time) in try workspace.times() where path.hasPrefix("previews/") || path.hasPrefix("clips/") {
            #expect(times[path] == time)
        }
        run.promptText = "Old?"
        let back = Watch()
        try await run(on: workspace, .goOn, back)
        #expect(back.asked.isEmpty)
        #expect(try workspace.captions() == ["Old? 0", "Old? 64", "Old? 128"])
        #expect(try workspace.windows().allSatisfy { $0["caption_history"] == nil })
    }

    @Test("appended captions stand beside the current one, which is marked")
    func append() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.promptText = "Old?"
        try await run(on: workspace, .goOn)
        run.promptText = "New?"
        try await run(on: workspace, ResumePolicy(onExisting: .append))
        for (index, window) in try workspace.windows().enumerated() {
            #expect(window["qwen_caption"] as? String == "New? \(index * 64)")
            let history = try #require(window["caption_history"] as? [[String: Any]])
            let words = history.map { $0["qwen_caption"] as? String }
            #expect(words == ["Old? \(index * 64)", "New? \(index * 64)"])
            #expect(history.map { $0["current"] as? Bool } == [false, true])
            #expect(history[1]["settings"] as? String == window["settings"] as? String)
        }
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("skipped captions keep the enhancement that they have")
    func skippedEnhancement() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        for (prompt, policy) in [("Better:", ResumePolicy.goOn), ("Shorter:", ResumePolicy(onExisting: .skip))] {
            run.enhancement = try CaptionEnhancementStage(promptText: prompt, placement: .afterCaptions) { _ in
                ScriptedTextEngine { request in .saying("\(request.system ?? "") \(request.user)") }
            }
            let summary = try await run(on: workspace, policy)
            #expect(summary.outdatedWindows == (policy == .goOn ? 0 : summary.windows))
        }
        for window in try workspace.windows() {
            #expect((window["qwen_lm_enhanced_caption"] as? String)?.hasPrefix("Better:") == true)
            #expect(window["outdated"] as? Bool == true)
        }
    }

    @Test("a record with earlier captions keeps them in later runs, and has none twice for its enhancements")
    func appendedStay() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.promptText = "Old?"
        for prompt in ["Better:", "Shorter:"] {
            run.enhancement = try CaptionEnhancementStage(promptText: prompt, placement: .afterCaptions) { _ in
                ScriptedTextEngine { request in .saying("\(request.system ?? "") \(request.user)") }
            }
            try await run(on: workspace, ResumePolicy(onExisting: .append))
        }
        run.promptText = "New?"
        run.enhancement = nil
        try await run(on: workspace, ResumePolicy(onExisting: .append))
        func history() throws -> [[String: Any]] {
            try #require(try workspace.windows().first?["caption_history"] as? [[String: Any]])
        }
        #expect(try history().map { $0["qwen_caption"] as? String } == ["Old? 0", "Old? 0", "New? 0"])
        // Another preview has the record written again.
        run.preview = try PreviewStage(targetHeight: 96)
        try await run(on: workspace, .goOn)
        #expect(try history().map { $0["current"] as? Bool } == [false, false, true])
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("a ledger that is made again knows the appended captions, and asks again where it knows their words alone")
    func rebuiltHistory() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        for prompt in ["Old?", "New?"] {
            run.promptText = prompt
            try await run(on: workspace, ResumePolicy(onExisting: .append))
        }
        let report = try await LedgerRebuild(outputPath: workspace.output.path, program: "test").run()
        #expect(report.answers == 3 && report.wasSound)
        run.promptText = "Third?"
        try await run(on: workspace, ResumePolicy(onExisting: .append))
        let window = try #require(try workspace.windows().first)
        let history = try #require(window["caption_history"] as? [[String: Any]])
        #expect(history.map { $0["qwen_caption"] as? String } == ["Old? 0", "New? 0", "Third? 0"])
        #expect(history.allSatisfy { $0["model_id"] as? String == window["model_id"] as? String })
        run.promptText = "Old?"
        let watch = Watch()
        try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.count == 3)
        #expect(try workspace.schemaProblems() == [])
    }

    @Test("skipped captions stay and are outdated; what is new has the new prompt")
    func skip() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.promptText = "Old?"
        let first = try await run(on: workspace, .goOn)
        try workspace.add("carphone_pristine", as: "phone.mp4")
        run.promptText = "New?"
        let watch = Watch()
        let second = try await run(on: workspace, ResumePolicy(onExisting: .skip), watch)
        #expect(second.outdatedWindows == first.windows && second.keptWindows == first.windows)
        #expect(watch.asked.count == second.windows - first.windows && !watch.asked.isEmpty)
        for (name, window) in try workspace.allWindows() {
            let isOld = !watch.asked.contains(name)
            #expect((window["qwen_caption"] as? String)?.hasPrefix(isOld ? "Old?" : "New?") == true)
            #expect(window["outdated"] as? Bool == (isOld ? true : nil))
        }
        let chunk = try workspace.json("processed_clip_chunks/bikes.mp4_0.json")
        #expect(chunk["num_clips_with_caption"] as? Int == 0)
        #expect(try workspace.schemaProblems() == [])
        // They are not taken for done by a run that does them anew.
        let third = Watch()
        try await run(on: workspace, .goOn, third)
        #expect(third.asked.count == first.windows)
        #expect(try workspace.allWindows().values.allSatisfy { $0["outdated"] == nil })
    }

    @Test("changed previews are drawn anew, and nothing is captioned again")
    func changedPreviews() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        try await run(on: workspace, .goOn)
        let before = try OutputSnapshot(workspace)
        run.preview = try PreviewStage(targetHeight: 96)
        let watch = Watch()
        let summary = try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty && summary.previews == 3 && summary.keptWindows == 3)
        let changed = try OutputSnapshot(workspace).differences(from: before)
        #expect(changed.count(where: { $0.hasPrefix("previews/") }) == 3)
        #expect(changed.allSatisfy { $0.hasPrefix("previews/") || $0.hasPrefix("metas/") })
    }

    @Test("previews that are asked for later leave captions alone, and captions later leave previews alone")
    func oneAfterTheOther() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        let previews = run.preview
        run.preview = nil
        try await run(on: workspace, .goOn)
        run.preview = previews
        let watch = Watch()
        let summary = try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty && summary.previews == 3)
        func named() throws -> String? {
            let record = try workspace.json("metas/v0/\(try #require(workspace.clipNames().first)).json")
            return (record["settings"] as? [String: Any])?["previews"] as? String
        }
        let drawn = try #require(try named())
        run.promptText = "New?"
        run.preview = nil
        try await run(on: workspace, .goOn)
        #expect(try named() == drawn)
        let chunk = try workspace.json("processed_clip_chunks/bikes.mp4_0.json")
        #expect(chunk["num_clips_with_webp"] as? Int == 1)
    }

    @Test("cut otherwise and back again, clips that share an id with those of the other cut have their own files again")
    func cutAndBack() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5)
        let whole = try await workspace.undisturbed(run)
        try await run(on: workspace, .goOn)
        var other = run
        // Both cuts have a clip of the frames 125 to 250 by its id; this one's begins a frame later.
        other.splitter = try FixedStrideExtractorStage(clipLenS: 5.03, clipStrideS: 5.03)
        try await other(on: workspace, .goOn)
        #expect(Set(workspace.outputFiles()).isSuperset(of: whole.files.keys))
        #expect(try OutputSnapshot(workspace).differences(from: whole).contains { $0.hasPrefix("clips/") })
        let watch = Watch()
        try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty)
        let differences = try OutputSnapshot(workspace).differences(from: whole)
        #expect(differences.filter { whole.files[$0] != nil } == [])
    }

    @Test("a run that makes no captions leaves those that there are in the video's chunks")
    func previewsAlone() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        let previews = run.preview
        run.preview = nil
        try await run(on: workspace, .goOn)
        let before = try workspace.json("processed_clip_chunks/bikes.mp4_0.json")
        #expect(before["num_clips_with_caption"] as? Int == 1)
        run.preview = previews
        run.isCaptioned = false
        let watch = Watch()
        let summary = try await run(on: workspace, .goOn, watch)
        #expect(watch.asked.isEmpty && summary.previews == 3)
        let after = try workspace.json("processed_clip_chunks/bikes.mp4_0.json")
        #expect(after["num_clips_with_caption"] as? Int == 1 && after["num_clips_with_webp"] as? Int == 1)
        let words = before["all_windows"] as? [String: [String: String]]
        #expect(words?.values.first?.count == 3)
        #expect(after["all_windows"] as? [String: [String: String]] == words)
    }

    @Test("forced, everything is done anew")
    func force() async throws {
        let workspace = try Workspace()
        let run = try run(workspace)
        try await run(on: workspace, .goOn)
        let times = try workspace.times()
        let watch = Watch()
        let summary = try await run(on: workspace, .anew, watch)
        #expect(watch.asked.count == 3 && summary.keptWindows == 0)
        for (path, time) in try workspace.times() { #expect(times[path] != time, "\(path)") }
    }

    @Test("after a stage of the user's own nothing is kept, unless the stage says what shapes its work")
    func ownStage() async throws {
        struct Own: WindowStage {
            let name = "own"
            let concurrency = 1
            var workKey: String?
            func process(_ window: inout Window, of clip: Clip) async throws {}
        }
        let cases: [(String?, String?, Bool)] = [(nil, nil, false), ("1", "1", true), ("1", "2", false)]
        for (key, next, isKept) in cases {
            let workspace = try Workspace()
            var run = try run(workspace)
            run.extra = [Own(workKey: key)]
            try await run(on: workspace, .goOn)
            run.extra = [Own(workKey: next)]
            let watch = Watch()
            try await run(on: workspace, .goOn, watch)
            #expect(watch.asked.isEmpty == isKept)
        }
    }

    @Test("captions that wait for their enhancement are kept, and another enhancement asks for no caption")
    func enhancement() async throws {
        let workspace = try Workspace()
        var run = try run(workspace)
        run.windowSize = 16
        run.remainderThreshold = 8
        let answer = run.answer
        run.answer = { request in
            try await Task.sleep(for: .milliseconds(20))
            return try await answer(request)
        }
        func stage(_ prompt: String) throws -> CaptionEnhancementStage {
            try CaptionEnhancementStage(promptText: prompt, placement: .afterCaptions) { _ in
                ScriptedTextEngine { request in .saying("\(request.system ?? "") \(request.user)") }
            }
        }
        run.enhancement = try stage("Better:")
        let whole = try await workspace.undisturbed(run)
        let stopped = Watch()
        try await run(on: workspace, .goOn, stopped, stoppingAfter: 4)
        let watch = Watch()
        let summary = try await run(on: workspace, .goOn, watch)
        #expect(Set(stopped.committed).isDisjoint(with: watch.asked))
        #expect(summary.isComplete && summary.enhanced == summary.windows)
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])

        run.enhancement = try stage("Shorter:")
        let other = Watch()
        let last = try await run(on: workspace, .goOn, other)
        #expect(other.asked.isEmpty && last.enhanced == last.windows)
        for window in try workspace.windows() {
            let caption = try #require(window["qwen_caption"] as? String)
            #expect(window["qwen_lm_enhanced_caption"] as? String == "Shorter: \(caption)")
        }
    }
}
