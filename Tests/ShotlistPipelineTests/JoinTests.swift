import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistPipeline
import Synchronization
import Testing

@Suite("Runs that join work on one output together", .timeLimit(.minutes(20)))
struct JoinTests {
    private static let join = ResumePolicy(join: true)

    /// A run over videos whose answers wait as long as `isHeld` says so.
    private func run(_ isHeld: @escaping @Sendable () -> Bool = { false }) throws -> Run {
        var run = try Run()
        run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5)
        run.windowSize = 32
        run.remainderThreshold = 16
        run.batchSize = 1
        run.answer = { request in
            while isHeld() { try await Task.sleep(for: .milliseconds(10)) }
            return .saying("from \(request.input.frameIndices[0])")
        }
        return run
    }

    private func workspace() throws -> Workspace {
        let workspace = try Workspace()
        for name in ["a", "b", "c", "d", "e", "f"] { try workspace.add("bikes", as: "\(name).mp4") }
        return workspace
    }

    @Test("each window is asked for once, both tell of everything, and the output is that of one run")
    func shared() async throws {
        let workspace = try workspace()
        let whole = try await workspace.undisturbed(run())
        let (one, other, isHeld) = (Watch(), Watch(), Gate())
        // The first, which was not told of others, is with its first window until the second has done what is left.
        let first = try run { isHeld.isSet }
        let firstPipeline = try first.pipeline(workspace)
        let task = Task {
            try await firstPipeline.run(options: RunOptions(threads: 1, resume: .goOn) { one.take($0) })
        }
        try await eventually { !one.asked.isEmpty }
        let second = try run().pipeline(workspace)
        let joined = Task {
            try await second.run(options: RunOptions(threads: 1, resume: Self.join) { other.take($0) })
        }
        try await eventually { other.notes.contains { $0.contains("Other runs work on") } }
        isHeld.open()
        let (summary, joinedSummary) = (try await task.value, try await joined.value)
        #expect(summary.isComplete && joinedSummary.isComplete)
        #expect(summary.windows == joinedSummary.windows && summary.windows > 6)
        #expect(!one.asked.isEmpty && !other.asked.isEmpty)
        #expect(Set(one.asked).isDisjoint(with: other.asked))
        #expect(one.asked.count + other.asked.count == summary.windows)
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])
        #expect(try workspace.json("summary.json")["windows"] as? Int == summary.windows)
        let left = try FileManager.default.contentsOfDirectory(atPath: workspace.output.path + "/.shotlist")
        #expect(!left.contains { $0.hasPrefix("worker-") || $0 == "staging" })
    }

    @Test("what a run leaves that is stopped, one that has joined goes on with")
    func takenOver() async throws {
        let workspace = try workspace()
        let whole = try await workspace.undisturbed(run())
        let (one, other, isHeld) = (Watch(), Watch(), Gate())
        let first = try run { isHeld.isSet && one.committed.count >= 1 }.pipeline(workspace)
        let task = Task {
            try await first.run(options: RunOptions(threads: 1, resume: Self.join) { one.take($0) })
        }
        try await eventually { !one.committed.isEmpty }
        let second = try run().pipeline(workspace)
        let joined = Task {
            try await second.run(options: RunOptions(threads: 1, resume: Self.join) { other.take($0) })
        }
        try await eventually { other.notes.contains { $0.contains("Other runs work on") } }
        task.cancel()
        #expect(try await task.value.cancelled)
        let summary = try await joined.value
        #expect(summary.isComplete && summary.keptWindows >= one.committed.count)
        #expect(Set(one.committed).isDisjoint(with: other.asked))
        #expect(try OutputSnapshot(workspace).differences(from: whole) == [])
    }

    @Test("a video whose record cannot be written is nobody's any more: no other run waits for it")
    func unwritable() async throws {
        let workspace = try workspace()
        try FileManager.default.createDirectory(
            atPath: workspace.output.path + "/processed_videos/a.mp4.json", withIntermediateDirectories: true)
        let (one, other, isHeld) = (Watch(), Watch(), Gate())
        // The first has captioned all of its first video, and is with the second.
        let first = try run { isHeld.isSet && one.committed.count >= 8 }.pipeline(workspace)
        let task = Task {
            try await first.run(options: RunOptions(threads: 1, resume: Self.join) { one.take($0) })
        }
        try await eventually { one.notes.contains { $0.contains("The record of") } }
        let second = try run().pipeline(workspace)
        let joined = Task {
            try await second.run(options: RunOptions(threads: 1, resume: Self.join) { other.take($0) })
        }
        try await eventually { other.notes.contains { $0.contains("Other runs work on") } }
        // It has been at that video, too, while the first was still at work.
        #expect(other.notes.contains { $0.contains("The record of") }, "\(other.notes)")
        isHeld.open()
        let (summary, joinedSummary) = (try await task.value, try await joined.value)
        #expect(summary.failedRecords.count == 1 && joinedSummary.failedRecords.count == 1)
        #expect(Set(one.asked).isDisjoint(with: other.asked))
    }

    @Test("runs whose models take turns do not wait for each other with captions that wait for theirs")
    func rounds() async throws {
        let workspace = try workspace()
        let (one, other, isHeld) = (Watch(), Watch(), Gate())
        let first = try enhancing { isHeld.isSet }.pipeline(workspace)
        let task = Task {
            try await first.run(options: RunOptions(threads: 1, resume: Self.join) { one.take($0) })
        }
        try await eventually { !one.asked.isEmpty }
        let second = try enhancing().pipeline(workspace)
        let joined = Task {
            try await second.run(options: RunOptions(threads: 1, resume: Self.join) { other.take($0) })
        }
        // It has captioned what is left, which waits for a round of thousands.
        try await eventually { other.notes.contains { $0.contains("Other runs work on") } }
        isHeld.open()
        let (summary, joinedSummary) = (try await task.value, try await joined.value)
        #expect(summary.isComplete && joinedSummary.isComplete)
        #expect(Set(one.asked).isDisjoint(with: other.asked) && !one.asked.isEmpty && !other.asked.isEmpty)
        #expect(try workspace.windows().allSatisfy { $0["qwen_lm_enhanced_caption"] != nil })
    }

    /// The same with a text model that comes when the other has left.
    private func enhancing(_ isHeld: @escaping @Sendable () -> Bool = { false }) throws -> Run {
        var run = try run(isHeld)
        run.enhancement = try CaptionEnhancementStage(placement: .afterCaptions) { settings in
            guard !settings.isBesideCaptions else { throw ShotlistError(.outOfMemory, "There is no room for two.") }
            return ScriptedTextEngine { .saying("more \($0.user)") }
        }
        return run
    }

    @Test("one with other settings is refused, with what differs, and disturbs nobody")
    func otherSettings() async throws {
        let workspace = try workspace()
        let (one, isHeld) = (Watch(), Gate())
        let first = try run { isHeld.isSet }.pipeline(workspace)
        let task = Task {
            try await first.run(options: RunOptions(threads: 1, resume: Self.join) { one.take($0) })
        }
        try await eventually { !one.asked.isEmpty }
        var other = try run()
        other.promptText = "Who is there?"
        let second = try other.pipeline(workspace)
        let error = await #expect(throws: ShotlistError.self) {
            try await second.run(options: RunOptions(threads: 1, resume: Self.join))
        }
        #expect(error?.code == .outputInUse && error?.message.contains("captions.prompt") == true, "\(error as Any)")
        isHeld.open()
        #expect(try await task.value.isComplete)
    }

    /// What holds answers back until it is opened.
    private final class Gate: Sendable {
        private let state = Mutex(true)
        var isSet: Bool { state.withLock { $0 } }
        func open() { state.withLock { $0 = false } }
    }

    /// Waits for something that a run does, for two minutes at most.
    private func eventually(_ condition: () -> Bool) async throws {
        for _ in 0..<12_000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it did not happen in two minutes")
    }
}
