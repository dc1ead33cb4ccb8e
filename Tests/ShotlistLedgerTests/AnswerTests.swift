import Foundation
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("Answers belong to settings, and their history is kept")
struct AnswerTests {
    private let output: OutputFolder
    private let source = SampleSource()
    private let first: RunKeys
    private let second: RunKeys

    init() throws {
        output = try OutputFolder()
        first = try Sample.keys()
        second = try Sample.keys(prompt: "And now?")
    }

    private func ledger() async throws -> Ledger {
        let ledger = try await output.open()
        try await ledger.commit([source.read, source.planned(first)])
        return ledger
    }

    @Test("another prompt does not find the answer of the first, and makes its own the current one")
    func prompts() async throws {
        let ledger = try await ledger()
        let window = source.windows[0]
        try await ledger.commit(source.answered("One.", first))
        let other = try #require(second.captions)
        #expect(try await ledger.answers(of: source.clip(), settings: other).isEmpty)
        try await ledger.commit(source.answered("Two.", second))
        #expect(try await ledger.currentAnswers(of: source.clip())[window]?.outcome == Sample.outcome("Two."))
        let own = try #require(first.captions)
        let kept = try await ledger.answers(of: source.clip(), settings: own)
        #expect(kept[window]?.outcome == Sample.outcome("One.") && kept[window]?.isCurrent == false)
        let texts = try await ledger.history(of: source.clip()).map(\.outcome.caption)
        #expect(texts == [["qwen": "One."], ["qwen": "Two."]])
        try await ledger.close()
    }

    @Test("an answer becomes the current one again, window by window, and nothing is deleted")
    func current() async throws {
        let ledger = try await ledger()
        try await ledger.commit(source.answered("One.", first))
        for window in 0..<2 { try await ledger.commit(source.answered("Two.", second, window: window)) }
        let earlier = try #require(first.captions)
        try await ledger.commit(.current(clip: source.clip(), settings: earlier))
        let current = try await ledger.currentAnswers(of: source.clip())
        #expect(current[source.windows[0]]?.outcome == Sample.outcome("One."))
        // The second window was never answered under the first prompt.
        #expect(current[source.windows[1]]?.outcome == Sample.outcome("Two."))
        #expect(try await ledger.history(of: source.clip()).count == 3)
        try await ledger.close()
    }

    @Test("tries are counted by settings, and the last one counts")
    func attempts() async throws {
        let ledger = try await ledger()
        let failure = Sample.outcome("", status: .error)
        for outcome in [failure, failure, Sample.outcome("At last.")] {
            try await ledger.commit(source.answered(outcome, first))
        }
        try await ledger.commit(source.answered("Other.", second))
        #expect(try await ledger.history(of: source.clip()).map(\.attempt) == [1, 2, 3, 1])
        let key = try #require(first.captions)
        let answers = try await ledger.answers(of: source.clip(), settings: key)
        #expect(answers[source.windows[0]]?.attempt == 3)
        #expect(answers[source.windows[0]]?.outcome == Sample.outcome("At last."))
        try await ledger.close()
    }

    @Test("a clock that jumps back changes neither the order nor what is current")
    func clock() async throws {
        let ledger = try await ledger()
        try await ledger.commit(source.answered("One.", first, at: Date(milliseconds: 2_000_000)))
        try await ledger.commit(source.answered("Two.", first, at: Date(milliseconds: 1_000_000)))
        let key = try #require(first.captions)
        let answers = try await ledger.answers(of: source.clip(), settings: key)
        #expect(answers[source.windows[0]]?.outcome == Sample.outcome("Two."))
        #expect(answers[source.windows[0]]?.isCurrent == true)
        try await ledger.close()
    }

    @Test("answers say in which run they were made")
    func runs() async throws {
        let ledger = try await ledger()
        try await ledger.commit(source.answered("Outside.", first))
        let one = try await ledger.beginRun(first, program: "p")
        try await ledger.commit(source.answered("In one.", first))
        try await ledger.endRun(one, ending: "cancelled")
        let two = try await ledger.beginRun(second, program: "p")
        try await ledger.commit(source.answered("In two.", second))
        #expect(one < two)
        #expect(try await ledger.history(of: source.clip()).map(\.run) == [nil, one, two])
        let runs = try await ledger.runs()
        #expect(runs.map(\.id) == [two, one] && runs.map(\.ending) == [nil, "cancelled"])
        try await ledger.close()
    }

    @Test("a preview counts for the settings that drew it")
    func previews() async throws {
        let ledger = try await ledger()
        let (clip, window) = (source.clip(), source.windows[0])
        let tall = try Sample.keys(height: 480)
        let small = try #require(first.previews)
        let large = try #require(tall.previews)
        try await ledger.commit(source.preview(first, result: .failed(Sample.reason)))
        #expect(try await !ledger.hasPreview(of: window, in: clip, settings: small))
        try await ledger.commit(source.preview(first))
        #expect(try await ledger.hasPreview(of: window, in: clip, settings: small))
        #expect(try await !ledger.hasPreview(of: window, in: clip, settings: large))
        #expect(try await !ledger.hasPreview(of: source.windows[1], in: clip, settings: small))
        try await ledger.close()
    }

    @Test("counts tell what is done, failed and left")
    func counts() async throws {
        let ledger = try await output.open()
        var wide = source
        wide.clipCount = 3
        let run = try await ledger.beginRun(first, program: "p")
        try await ledger.commit([wide.read, wide.planned(first), wide.preview(first)])
        try await ledger.commit(wide.preview(first, window: 1, result: .failed(Sample.reason)))
        try await ledger.commit(wide.answered("One.", first))
        try await ledger.commit(wide.answered("Two.", first, clip: 1))
        try await ledger.commit(wide.answered(Sample.outcome("", status: .error), first, clip: 1, window: 1))
        try await ledger.commit(
            .endedClip(EndedClip(clip: wide.clip(1), errors: ["transcoding": "It broke."], done: first.all)))
        let skipped = WindowReason(code: "too_few_frames", message: "Too few.")
        try await ledger.commit(
            .endedClip(EndedClip(clip: wide.clip(2), status: .skipped, reason: skipped, done: first.all)))
        // A stop closed the record of this one.
        try await ledger.commit(.endedClip(EndedClip(clip: wide.clip())))
        let bad = FoundSource(path: "videos/bad.mp4", relativePath: "bad.mp4", stamp: source.stamp)
        try await ledger.commit(.found(bad))
        var counts = try await ledger.counts()
        #expect(counts.sources == [.open: 2] && counts.sourceReasons.isEmpty)
        #expect(counts.clips == 3 && counts.clipStatuses == [.success: 1, .skipped: 1] && counts.clipsWithErrors == 1)
        #expect(counts.clipReasons == ["too_few_frames": 1])
        #expect(counts.windows == 6 && counts.windowStatuses == [.success: 2, .error: 1])
        #expect(counts.windowReasons == ["engine_failed": 1])
        #expect(counts.windowsUnanswered == 3 && counts.windowsOfOtherSettings == 0 && counts.windowsLeft == 3)
        #expect(counts.previews == 1 && counts.previewsFailed == 1)

        let reason = WindowReason(code: "not_a_video", message: "It is none.")
        try await ledger.commit(.endedSource(EndedSource(path: bad.path, status: .failed, reason: reason)))
        try await ledger.endRun(run, ending: "done")
        try await ledger.beginRun(second, program: "p")
        counts = try await ledger.counts()
        #expect(counts.sources == [.open: 1, .failed: 1] && counts.sourceReasons == ["not_a_video": 1])
        #expect(counts.windowsUnanswered == 3 && counts.windowsOfOtherSettings == 3 && counts.windowsLeft == 6)
        try await ledger.close()
    }

    @Test("what is done with other settings than the last run's is left, and failed words are counted")
    func left() async throws {
        let ledger = try await output.open()
        var outcome = Sample.outcome("One.")
        outcome.namedCaptions = ["tags": CaptionOutcome(variant: "qwen", status: .error, reason: Sample.reason)]
        outcome.enhancementRecord = EnhancementRecord(
            status: .error, reason: Sample.reason, promptHash: sha256("more"))
        let run = try await ledger.beginRun(first, program: "p")
        try await ledger.commit([
            source.read, source.planned(first), source.answered(outcome, first),
            source.answered("Two.", first, window: 1),
            .endedClip(EndedClip(clip: source.clip(), done: first.all)),
            .endedSource(EndedSource(path: source.path, status: .done, done: first.all)),
        ])
        try await ledger.endRun(run, ending: "done")
        var counts = try await ledger.counts()
        #expect(counts.sources == [.done: 1] && counts.clipStatuses == [.success: 1])
        #expect(counts.namedCaptionsFailed == 1 && counts.enhancementsFailed == 1)
        try await ledger.beginRun(second, program: "p")
        counts = try await ledger.counts()
        #expect(counts.sources == [.open: 1])
        try await ledger.close()
    }
}
