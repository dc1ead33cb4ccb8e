import Foundation
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("What was committed is there when the ledger is opened again")
struct RoundTripTests {
    private let output: OutputFolder
    private let keys: RunKeys
    private let source = SampleSource()

    init() throws {
        output = try OutputFolder()
        keys = try Sample.keys()
    }

    @Test("sources, clips, windows, answers and runs, each with all its parts")
    func everything() async throws {
        let start = Date(milliseconds: 1_700_000_000_001)
        let records = RecordsProof(of: [Data("record".utf8), Data("chunk".utf8)])
        let failed = Sample.outcome("", status: .error)
        let ledger = try await output.open()
        let run = try await ledger.beginRun(keys, program: "shotlist 1", now: start)
        try await ledger.commit([source.read, source.planned(keys)])
        try await ledger.commit(source.clipFile(keys))
        try await ledger.commit(source.preview(keys))
        try await ledger.commit(source.preview(keys, window: 1, result: .failed(Sample.reason)))
        try await ledger.commit(source.answered("A cat.", keys, at: start))
        try await ledger.commit(source.answered(failed, keys, window: 1, at: start))
        try await ledger.commit(
            .endedClip(
                EndedClip(
                    clip: source.clip(), status: .error, reason: Sample.reason, errors: ["transcoding": "It broke."],
                    record: Sample.proof("meta"), done: keys.all)))
        try await ledger.commit(
            .endedSource(EndedSource(path: source.path, status: .done, done: keys.all, records: records, at: start)))
        try await ledger.endRun(run, ending: "done", now: start)
        try await ledger.close()

        let again = try await output.open()
        let state = try #require(try await again.source(source.path))
        #expect(state.path == source.path && state.relativePath == "set1/ü bikes.mp4")
        #expect(state.stamp == source.stamp && state.digest == source.digest)
        #expect(state.status == .done && state.reason == nil && state.records == records)
        #expect(state.plan == keys.plan.hash && state.isDone(keys) && state.updated == start)
        let clip = try #require(try await again.clip(source.clip()))
        #expect(clip.id == source.clip() && clip.index == 0 && clip.clipsInVideo == 1)
        #expect(clip.span == ClipSpan(start: 0, end: 9.75) && clip.frames == 0..<300)
        let fileKey = try #require(keys.clipFiles)
        #expect(clip.file == Sample.clipFile && clip.hasFile(fileKey) && !clip.hasFile(keys.all))
        #expect(clip.status == .error && clip.reason == Sample.reason && clip.errors == ["transcoding": "It broke."])
        #expect(clip.record == Sample.proof("meta") && clip.isDone(keys))
        #expect(try await again.clips(of: source.path) == [clip])
        let windows = try await again.windows(of: source.clip())
        #expect(windows.map(\.range) == source.windows)
        let previews: [PreviewResult] = [.file(Sample.proof("preview")), .failed(Sample.reason)]
        #expect(windows.compactMap(\.preview) == previews)
        #expect(windows.map(\.previewSettings) == [keys.previews?.hash, keys.previews?.hash])
        let captionKey = try #require(keys.captions)
        let answers = try await again.answers(of: source.clip(), settings: captionKey)
        #expect(answers.count == 2)
        let answer = try #require(answers[source.windows[0]])
        #expect(answer.outcome == Sample.outcome("A cat.") && answer.made == start && answer.run == run)
        #expect(answer.settings == keys.captions?.hash && answer.attempt == 1)
        #expect(answer.isCurrent && answer.isOfPresentSource)
        #expect(answers[source.windows[1]]?.outcome == failed)
        let runs = try await again.runs()
        #expect(runs.map(\.id) == [run] && runs[0].program == "shotlist 1" && runs[0].ending == "done")
        #expect(runs[0].started == start && runs[0].ended == start && runs[0].settings == keys.all.hash)
        #expect(runs[0].captions == keys.captions?.hash && runs[0].previews == keys.previews?.hash)
        #expect(runs[0].clipFiles == keys.clipFiles?.hash)
        #expect(try await again.settings(keys.all.hash) == keys.all.settings)
        #expect(try await again.problems().isEmpty)
        try await again.close()
    }

    @Test("what was not committed is not there")
    func nothing() async throws {
        let ledger = try await output.open()
        #expect(try await ledger.source(source.path) == nil)
        #expect(try await ledger.clip(source.clip()) == nil)
        #expect(try await ledger.clips(of: source.path).isEmpty)
        #expect(try await ledger.windows(of: source.clip()).isEmpty)
        #expect(try await ledger.currentAnswers(of: source.clip()).isEmpty)
        #expect(try await ledger.answers(of: source.clip(), settings: keys.all).isEmpty)
        #expect(try await ledger.history(of: source.clip()).isEmpty)
        #expect(try await ledger.settings(keys.all.hash) == nil)
        #expect(try await ledger.runs().isEmpty)
        let preview = try #require(keys.previews)
        #expect(try await !ledger.hasPreview(of: source.windows[0], in: source.clip(), settings: preview))
        try await ledger.close()
    }

    @Test("sources come in the order of their paths, some at a time")
    func pages() async throws {
        let paths = (0..<25).map { "videos/\($0).mp4" }
        let ledger = try await output.open()
        for path in paths.shuffled() {
            let found = FoundSource(path: path, relativePath: path, stamp: source.stamp)
            try await ledger.commit(.found(found))
        }
        var seen: [String] = []
        while true {
            let page = try await ledger.sources(after: seen.last, limit: 10)
            guard !page.isEmpty else { break }
            #expect(page.count <= 10)
            seen += page.map(\.path)
        }
        #expect(seen == paths.sorted())
        #expect(try await ledger.source(paths[0])?.digest == nil)
        try await ledger.close()
    }

    @Test("a reader sees what a writer of another process commits, and cannot write")
    func readers() async throws {
        let ledger = try await output.open()
        let reader = try await output.open(.readOnly)
        try await ledger.commit([source.read, source.planned(keys), source.answered("A cat.", keys)])
        #expect(try await reader.currentAnswers(of: source.clip()).count == 1)
        let error = await #expect(throws: ShotlistError.self) { try await reader.commit(source.read) }
        #expect(error?.code == .internalFailure)
        try await reader.close()
        try await ledger.close()
        await #expect(throws: ShotlistError.self) { try await ledger.commit(source.read) }
    }
}
