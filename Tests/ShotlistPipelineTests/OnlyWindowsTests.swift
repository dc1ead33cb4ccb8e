import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLedger
import ShotlistPipeline
import Testing

@Suite("A run over selected windows asks about them alone, and they stay", .timeLimit(.minutes(20)))
struct OnlyWindowsTests {
    /// Two videos that were captioned with the prompt `Old?`, and the run for the next one.
    private func captioned() async throws -> (workspace: Workspace, run: Run, first: RunSummary) {
        let workspace = try Workspace()
        var run = try workspace.runOverOneClip()
        try workspace.add("carphone_pristine", as: "phone.mp4")
        run.promptText = "Old?"
        let first = try await run(on: workspace, .goOn)
        run.promptText = "New?"
        return (workspace, run, first)
    }

    /// The names of a video's windows, in order.
    private func names(_ video: String, in workspace: Workspace) throws -> [String] {
        let clips = try workspace.clipNames().filter { name in
            (try workspace.json("metas/v0/\(name).json")["source_video"] as? String)?.hasSuffix("/" + video) == true
        }
        return try clips.flatMap { clip in
            try #require(try workspace.json("metas/v0/\(clip).json")["windows"] as? [[String: Any]]).map { window in
                "\(clip)/\(window["start_frame"] as? Int ?? -1)_\(window["end_frame"] as? Int ?? -1)"
            }
        }
    }

    /// The captions of a video's windows, in order.
    private func captions(_ video: String, in workspace: Workspace) throws -> [String?] {
        let windows = try workspace.allWindows()
        return try names(video, in: workspace).map { windows[$0]?["qwen_caption"] as? String }
    }

    private func only(_ names: String...) throws -> ResumePolicy {
        ResumePolicy(onExisting: .append, onlyWindows: try WindowSelection(names))
    }

    private func counts(_ workspace: Workspace) async throws -> LedgerCounts {
        let ledger = try await Ledger.open(outputPath: workspace.output.path, program: "test", access: .readOnly)
        let counts = try await ledger.counts()
        try await ledger.close()
        return counts
    }

    @Test("the selected window is asked about, everything else is left as it is, and later runs keep what was picked")
    func picked() async throws {
        let (workspace, captioned, first) = try await self.captioned()
        var run = captioned
        let before = try OutputSnapshot(workspace)
        let all = try names("bikes.mp4", in: workspace)
        let watch = Watch()
        let summary = try await run(on: workspace, try only(all[1]), watch)
        #expect(watch.asked == [all[1]] && watch.opened == 1)
        #expect(try captions("bikes.mp4", in: workspace) == ["Old? 0", "New? 64", "Old? 128"])
        #expect(summary.windows == first.windows && summary.keptWindows == first.windows - 1)
        #expect(summary.outdatedWindows == 0 && summary.isComplete)
        let clip = String(all[1].prefix(36))
        let changed = try OutputSnapshot(workspace).differences(from: before)
        #expect(changed == ["metas/v0/\(clip).json", "processed_clip_chunks/bikes.mp4_0.json"])
        let history = try workspace.allWindows()[all[1]]?["caption_history"] as? [[String: Any]]
        #expect(history?.map { $0["qwen_caption"] as? String } == ["Old? 64", "New? 64"])
        #expect(history?.map { $0["current"] as? Bool } == [false, true])
        #expect(try workspace.schemaProblems() == [])
        #expect(try await counts(workspace).windowsLeft == 0)
        #expect(try await counts(workspace).sources == [.done: 2])

        // What was done with the old prompt is still done.
        run.promptText = "Old?"
        let back = Watch()
        try await run(on: workspace, .goOn, back)
        #expect(back.asked.isEmpty && back.opened == 0)
        #expect(try captions("bikes.mp4", in: workspace) == ["Old? 0", "New? 64", "Old? 128"])

        run.promptText = "Third?"
        let third = Watch()
        try await run(on: workspace, .goOn, third)
        #expect(third.asked.count == first.windows - 1 && !third.asked.contains(all[1]))
        #expect(try captions("bikes.mp4", in: workspace) == ["Third? 0", "New? 64", "Third? 128"])
        #expect(try await counts(workspace).windowsLeft == 0)
        let again = Watch()
        try await run(on: workspace, .goOn, again)
        #expect(again.asked.isEmpty && again.opened == 0)
    }

    @Test("what was picked is let go of by a run that does everything anew, and by another selection")
    func letGo() async throws {
        let (workspace, captioned, _) = try await self.captioned()
        var run = captioned
        let all = try names("bikes.mp4", in: workspace)
        try await run(on: workspace, try only(all[0], all[1]))
        run.promptText = "Old?"
        let found = Watch()
        try await run(on: workspace, try only(all[0]), found)
        #expect(found.asked.isEmpty)
        #expect(try captions("bikes.mp4", in: workspace) == ["Old? 0", "New? 64", "Old? 128"])
        try await run(on: workspace, .anew)
        #expect(try captions("bikes.mp4", in: workspace) == ["Old? 0", "Old? 64", "Old? 128"])
        run.promptText = "Third?"
        try await run(on: workspace, .goOn)
        #expect(try captions("bikes.mp4", in: workspace) == ["Third? 0", "Third? 64", "Third? 128"])
    }

    @Test("a window that is asked about in vain keeps its caption, and so does one that a stop is quicker than")
    func inVain() async throws {
        let (workspace, captioned, _) = try await self.captioned()
        var run = captioned
        let all = try names("bikes.mp4", in: workspace)
        run.answer = { request in
            if request.input.frameIndices[0] == 64 {
                throw ShotlistError(.contextTooShort, "It does not fit.", remedy: "Show less.")
            }
            return .saying("New? \(request.input.frameIndices[0])")
        }
        let failed = try await run(on: workspace, try only(all[0], all[1]))
        #expect(failed.statuses["error"] == 1 && !failed.isComplete)
        #expect(try captions("bikes.mp4", in: workspace) == ["New? 0", "Old? 64", "Old? 128"])

        run.batchSize = 1
        run.promptText = "Slow?"
        run.answer = { request in
            try await Task.sleep(for: .milliseconds(300))
            return .saying("Slow? \(request.input.frameIndices[0])")
        }
        let watch = Watch()
        let stopped = try await run(on: workspace, try only(all[0], all[1], all[2]), watch, stoppingAfter: 1)
        #expect(stopped.cancelled && watch.committed.count < 3)
        let expected: [String?] = zip(all, ["New? 0", "Old? 64", "Old? 128"]).enumerated().map { index, window in
            watch.committed.contains(window.0) ? "Slow? \(index * 64)" : window.1
        }
        #expect(try captions("bikes.mp4", in: workspace) == expected)
        run.promptText = "Old?"
        let plain = Watch()
        try await run(on: workspace, .goOn, plain)
        #expect(plain.asked.isEmpty)
        #expect(try captions("bikes.mp4", in: workspace) == expected)
    }

    @Test("what a stopped run did not come to is still left after a selection, and no more than that")
    func unfinished() async throws {
        let workspace = try Workspace()
        var run = try workspace.runOverTwoClips()
        run.promptText = "Old?"
        let watch = Watch()
        try await run(on: workspace, .goOn, watch, stoppingAfter: 2)
        let chosen = try #require(watch.committed.first)
        run.promptText = "New?"
        let selected = Watch()
        try await run(on: workspace, try only(chosen), selected)
        #expect(selected.asked == [chosen])
        #expect(try await counts(workspace).windowsLeft > 0)
        run.promptText = "Old?"
        let rest = Watch()
        let summary = try await run(on: workspace, .goOn, rest)
        #expect(Set(rest.asked).isDisjoint(with: watch.committed))
        #expect(rest.asked.count == summary.windows - watch.committed.count)
        for (name, window) in try workspace.allWindows() {
            let caption = try #require(window["qwen_caption"] as? String)
            #expect(caption.hasSuffix(name == chosen ? "New?" : "Old?"))
        }
    }

    @Test("what is no window, or is none of the output as it is cut, is named")
    func wrongNames() async throws {
        let (workspace, captioned, _) = try await self.captioned()
        var run = captioned
        let all = try names("bikes.mp4", in: workspace)
        let file = workspace.root.appending(path: "windows.txt")
        try Data("\(all[0])\n\nno window\n".utf8).write(to: file)
        let unreadable = #expect(throws: ShotlistError.self) { _ = try WindowSelection(file: file.path) }
        #expect(unreadable?.message.contains("Line 3") == true && unreadable?.message.contains("'no window'") == true)
        for name in ["", "a/0_1", all[0] + "/1", "\(all[0].prefix(37))5_4", "\(all[0].prefix(37))-1_4"] {
            #expect(throws: ShotlistError.self) { _ = try WindowSelection([name]) }
        }
        let stranger = "\(all[0].prefix(37))3_4"
        let watch = Watch()
        try await run(on: workspace, try only(all[0], stranger), watch)
        #expect(watch.asked == [all[0]] && watch.notes.contains { $0.contains(stranger) })
        let policy = try only(stranger)
        let unknown = run
        let none = await #expect(throws: ShotlistError.self) { try await unknown(on: workspace, policy) }
        #expect(none?.code == .invalidArgument && none?.message.contains(stranger) == true)
        run.windowSize = 32
        let other = try only(all[0])
        let cutOtherwise = run
        await #expect(throws: ShotlistError.self) { try await cutOtherwise(on: workspace, other) }
        let contradiction = ResumePolicy(force: true, onlyWindows: try WindowSelection([all[0]]))
        await #expect(throws: ShotlistError.self) { try await unknown(on: workspace, contradiction) }
    }

    @Test("a video that is not what it was is not asked about, and keeps its records")
    func changedVideo() async throws {
        let (workspace, run, _) = try await captioned()
        let name = try #require(try names("bikes.mp4", in: workspace).first)
        let before = try OutputSnapshot(workspace)
        try FileManager.default.removeItem(at: workspace.videos.appending(path: "bikes.mp4"))
        try workspace.add("carphone_pristine", as: "bikes.mp4")
        let watch = Watch()
        let summary = try await run(on: workspace, try only(name), watch)
        #expect(watch.asked.isEmpty && summary.failedVideos.count == 1)
        #expect(try OutputSnapshot(workspace).differences(from: before) == [])
    }
}
