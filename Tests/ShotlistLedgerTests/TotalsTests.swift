import Foundation
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("What is done is counted, and outlined, without reading answers one by one")
struct TotalsTests {
    private let output: OutputFolder
    private let keys: RunKeys
    private let source = SampleSource()

    init() throws {
        output = try OutputFolder()
        keys = try Sample.keys()
    }

    private var first: WindowOutcome {
        var outcome = Sample.outcome("One: \"ü\".")
        outcome.namedCaptions = [
            "mood": CaptionOutcome(variant: "qwen", text: "Calm."),
            "tags": CaptionOutcome(variant: "qwen", status: .error, reason: Sample.reason),
        ]
        outcome.enhancedCaption = ["lm": "One!"]
        outcome.enhancementRecord = EnhancementRecord(
            status: .truncated, reason: WindowReason(code: "output_limit", message: "It is cut."),
            promptHash: sha256("more"))
        return outcome
    }

    private func ledger(done: Bool = true) async throws -> Ledger {
        let ledger = try await output.open()
        try await ledger.commit([
            source.read, source.planned(keys), source.clipFile(keys), source.preview(keys),
            source.preview(keys, window: 1, result: .failed(Sample.reason)), source.answered(first, keys),
            source.answered(WindowOutcome(status: .error, reason: Sample.reason), keys, window: 1),
            .endedClip(
                EndedClip(
                    clip: source.clip(), errors: ["audio": "It has none."], record: Sample.proof("meta"),
                    done: done ? keys.all : nil)),
        ])
        return ledger
    }

    @Test("clips, windows, previews, named captions and enhancements, by how they ended")
    func totals() async throws {
        let ledger = try await ledger()
        let all = try await ledger.totals(of: [source.path, "other.mp4"], done: keys.all, words: true)
        #expect(all.count == 1)
        let totals = try #require(all[PathKey(source.path)])
        #expect((totals.clips, totals.clipsWithErrors, totals.clipsSkipped) == (1, 1, 0))
        #expect(totals.windows == 2 && totals.statuses == [.success: 1, .error: 1])
        #expect(totals.reasons == ["engine_failed": 1])
        #expect((totals.previews, totals.previewsFailed) == (1, 1))
        #expect(totals.namedCaptions == ["mood": [.success: 1], "tags": [.error: 1]])
        #expect(totals.enhancements == [.truncated: 1] && totals.enhancementReasons == ["output_limit": 1])
        #expect(totals.hasFailures)
        let bare = try await ledger.totals(of: [source.path], done: keys.all, words: false)
        #expect(bare[PathKey(source.path)]?.namedCaptions == [:] && bare[PathKey(source.path)]?.windows == 2)
        try await ledger.close()
    }

    @Test("windows of a clip that failed are neither counted nor outlined, whatever an earlier prompt said of them")
    func failedClip() async throws {
        let ledger = try await output.open()
        let old = try Sample.keys(prompt: "Before?")
        let failed = EndedClip(
            clip: source.clip(), status: .skipped, reason: Sample.reason, errors: ["open": "It broke."], done: keys.all)
        try await ledger.commit([
            source.read, source.planned(keys), source.answered("Old.", old), .endedClip(failed),
        ])
        let totals = try await ledger.totals(of: [source.path], done: keys.all, words: true)
        #expect(totals[PathKey(source.path)]?.windows == 0 && totals[PathKey(source.path)]?.statuses == [:])
        #expect(totals[PathKey(source.path)]?.clipsSkipped == 1 && totals[PathKey(source.path)]?.hasFailures == true)
        let outlines = try await ledger.outlines(of: source.path, done: keys.all, variant: "qwen")
        #expect(outlines.count == 1 && outlines.first?.windows == [])
        try await ledger.close()
    }

    @Test("a window without an answer is no success")
    func noAnswer() async throws {
        let ledger = try await output.open()
        try await ledger.commit([
            source.read, source.planned(keys), source.answered("One.", keys),
            .endedClip(EndedClip(clip: source.clip(), done: keys.all)),
        ])
        let totals = try await ledger.totals(of: [source.path], done: keys.all, words: false)
        #expect(totals[PathKey(source.path)]?.statuses == [.success: 1, .error: 1])
        #expect(totals[PathKey(source.path)]?.reasons == ["internal_failure": 1])
        try await ledger.close()
    }

    @Test("a clip that is done has an outline with its captions; one that is not has none")
    func outlines() async throws {
        let ledger = try await ledger()
        let outlines = try await ledger.outlines(of: source.path, done: keys.all, variant: "qwen")
        let clip = try #require(outlines.first)
        #expect(outlines.count == 1 && clip.id == source.clip() && clip.hasFile)
        #expect(clip.windows.map(\.range) == source.windows)
        #expect(clip.windows.map(\.caption) == ["One: \"ü\".", nil])
        #expect(clip.windows.map(\.enhancedCaption) == ["One!", nil])
        #expect(clip.windows.map(\.hasPreview) == [true, false])
        let other = try Sample.keys(prompt: "And now?")
        #expect(try await ledger.outlines(of: source.path, done: other.all, variant: "qwen").isEmpty)
        #expect(try await ledger.totals(of: [source.path], done: other.all, words: true).isEmpty)
        // A run that makes no captions tells of those that there are.
        let current = try await ledger.outlines(of: source.path, done: keys.all, variant: nil)
        #expect(current.first?.windows.map(\.caption) == ["One: \"ü\".", nil])
        let others = try await ledger.outlines(of: source.path, done: keys.all, variant: "nemotron")
        // Where there is none of that model, as when someone asked another one on purpose, the current one counts.
        #expect(others.first?.windows.map(\.caption) == ["One: \"ü\".", nil])
        try await ledger.close()

        let open = try await self.ledger(done: false)
        #expect(try await open.outlines(of: source.path, done: keys.all, variant: "qwen").isEmpty)
        try await open.close()
    }

    @Test("many sources are looked up at once, whatever their names")
    func sources() async throws {
        let ledger = try await output.open()
        var paths: [String] = []
        for number in 0..<300 {
            var one = source
            one.path = "videos/\(number) \"'\\é.mp4"
            paths.append(one.path)
            try await ledger.commit(one.read)
        }
        let found = try await ledger.sources(paths + ["missing.mp4"])
        #expect(found.count == 300 && Set(found.keys) == Set(paths.map { PathKey($0) }))
        #expect(found[PathKey(paths[7])]?.digest == source.digest)
        #expect(try await ledger.sources([]).isEmpty)
        // Two names, although Swift takes them for one text.
        let twins = ["caf\u{e9}.mp4", "cafe\u{301}.mp4"]
        for path in twins {
            try await ledger.commit(.found(FoundSource(path: path, relativePath: path, stamp: source.stamp)))
        }
        #expect(try await ledger.sources(twins).count == 2)
        try await ledger.close()
    }
}
