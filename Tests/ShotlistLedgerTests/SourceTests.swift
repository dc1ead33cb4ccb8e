import Foundation
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("Work belongs to what a source holds and to how it is cut")
struct SourceTests {
    private let output: OutputFolder
    private let keys: RunKeys
    private let source = SampleSource()

    init() throws {
        output = try OutputFolder()
        keys = try Sample.keys()
    }

    /// A ledger in which everything of the source is done.
    private func ledger() async throws -> Ledger {
        let ledger = try await output.open()
        try await ledger.commit([
            source.read, source.planned(keys), source.clipFile(keys), source.preview(keys),
            source.answered("One.", keys), source.answered("Two.", keys, window: 1),
            .endedClip(EndedClip(clip: source.clip(), record: Sample.proof("meta"), done: keys.all)),
            .endedSource(EndedSource(path: source.path, status: .done, done: keys.all)),
        ])
        return ledger
    }

    @Test("a source that changed has nothing done, and its answers stay in the history")
    func changed() async throws {
        let ledger = try await ledger()
        var other = source
        other.digest = sha256("other")
        other.stamp = SourceStamp(size: 9, modified: 9)
        try await ledger.commit(other.read)
        let state = try #require(try await ledger.source(source.path))
        #expect(state.digest == other.digest && state.stamp == other.stamp)
        #expect(state.status == .open && state.done == nil && state.plan == nil)
        #expect(try await ledger.clip(source.clip()) == nil)
        try await ledger.commit(other.planned(keys))
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.file == nil && clip.record == nil && clip.done == nil)
        #expect(try await ledger.currentAnswers(of: source.clip()).isEmpty)
        #expect(try await ledger.windows(of: source.clip()).allSatisfy { $0.preview == nil })
        let history = try await ledger.history(of: source.clip())
        #expect(history.map(\.outcome) == [Sample.outcome("One."), Sample.outcome("Two.")])
        #expect(history.allSatisfy { !$0.isOfPresentSource })
        try await ledger.close()
    }

    @Test("a source that is as it was before finds its answers, and none of the files that were written over")
    func changedBack() async throws {
        let ledger = try await ledger()
        var other = source
        other.digest = sha256("other")
        try await ledger.commit([other.read, other.planned(keys), other.answered("Other.", keys)])
        try await ledger.commit([source.read, source.planned(keys)])
        let answers = try await ledger.currentAnswers(of: source.clip())
        #expect(answers[source.windows[0]]?.outcome == Sample.outcome("One."))
        #expect(answers[source.windows[1]]?.outcome == Sample.outcome("Two."))
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.file == nil && clip.record == nil && clip.done == nil)
        #expect(try await ledger.windows(of: source.clip()).allSatisfy { $0.preview == nil })
        #expect(try await ledger.history(of: source.clip()).count == 3)
        try await ledger.close()
    }

    @Test("a source whose time alone changed keeps all that is done")
    func touched() async throws {
        let ledger = try await ledger()
        var later = source
        later.stamp = SourceStamp(size: source.stamp.size, modified: 5)
        try await ledger.commit(later.read)
        let state = try #require(try await ledger.source(source.path))
        #expect(state.stamp == later.stamp && state.isDone(keys) && state.status == .done)
        #expect(try await ledger.clip(source.clip())?.isDone(keys) == true)
        try await ledger.close()
    }

    @Test("finding a source again does not hide that it changed")
    func found() async throws {
        let ledger = try await ledger()
        let stamp = SourceStamp(size: 1, modified: 1)
        let again = FoundSource(path: source.path, relativePath: source.relativePath, stamp: stamp)
        try await ledger.commit(.found(again))
        #expect(try await ledger.source(source.path)?.stamp == source.stamp)
        try await ledger.close()
    }

    @Test("planning the same again keeps what clips have, and says that the source is open")
    func plannedAgain() async throws {
        let ledger = try await ledger()
        try await ledger.commit(source.planned(keys))
        let state = try #require(try await ledger.source(source.path))
        #expect(state.status == .open && state.done == nil)
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.isDone(keys) && clip.file != nil)
        #expect(try await ledger.currentAnswers(of: source.clip()).count == 2)
        try await ledger.close()
    }

    @Test("other windows leave those alone whose frames are the same")
    func otherWindows() async throws {
        let ledger = try await ledger()
        let other = try Sample.keys(windowSize: 128)
        var cut = source
        cut.windows = [
            FrameRange(start: 0, end: 127), FrameRange(start: 128, end: 255), FrameRange(start: 256, end: 299),
        ]
        try await ledger.commit(cut.planned(other))
        #expect(try await ledger.windows(of: source.clip()).map(\.range) == cut.windows)
        let key = try #require(keys.captions)
        let answers = try await ledger.answers(of: source.clip(), settings: key)
        #expect(answers[cut.windows[2]]?.outcome == Sample.outcome("Two."))
        #expect(answers[cut.windows[0]] == nil && answers[cut.windows[1]] == nil)
        #expect(try await ledger.clip(source.clip())?.file != nil)
        #expect(try await ledger.counts().windows == 3)
        // And back again: all is there, since nothing was deleted.
        try await ledger.commit(source.planned(keys))
        #expect(try await ledger.currentAnswers(of: source.clip())[source.windows[0]] != nil)
        #expect(try await ledger.counts().windows == 2)
        try await ledger.close()
    }

    @Test("a clip of the same id that begins at another frame is another clip")
    func otherFirstFrame() async throws {
        let ledger = try await ledger()
        var shifted = source
        shifted.firstFrame = 1
        try await ledger.commit(shifted.planned(keys))
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.frames == 1..<301 && clip.file == nil)
        #expect(try await ledger.currentAnswers(of: source.clip()).isEmpty)
        try await ledger.close()
    }

    @Test("a clip whose files one of another first frame and the same id may have written over has only its answers")
    func firstFrameAndBack() async throws {
        let ledger = try await ledger()
        var shifted = source
        shifted.firstFrame = 1
        try await ledger.commit([shifted.planned(try Sample.keys(windowSize: 128)), source.planned(keys)])
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.frames == 0..<300)
        #expect(clip.file == nil && clip.record == nil && clip.status == nil && clip.done == nil)
        #expect(try await ledger.windows(of: source.clip()).allSatisfy { $0.preview == nil })
        #expect(try await ledger.currentAnswers(of: source.clip()).count == 2)
        try await ledger.close()
    }

    @Test("a clip that ends at another frame has no file, and keeps the answers of windows that are the same")
    func otherEnd() async throws {
        let ledger = try await ledger()
        var longer = source
        longer.windows[1] = FrameRange(start: 256, end: 300)
        try await ledger.commit(longer.planned(keys))
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.frames == 0..<301 && clip.file == nil && clip.done == nil)
        let key = try #require(keys.captions)
        let answers = try await ledger.answers(of: source.clip(), settings: key)
        #expect(answers[longer.windows[0]] != nil && answers[longer.windows[1]] == nil)
        try await ledger.close()
    }

    @Test("what is new in a clip makes its record out of date")
    func reopened() async throws {
        let ledger = try await ledger()
        let other = try Sample.keys(prompt: "And now?", height: 480)
        let ended = LedgerChange.endedClip(EndedClip(clip: source.clip(), done: keys.all))
        for change in [source.answered("New.", other), source.preview(other), source.clipFile(keys)] {
            try await ledger.commit(ended)
            #expect(try await ledger.clip(source.clip())?.isDone(keys) == true)
            try await ledger.commit(change)
            #expect(try await ledger.clip(source.clip())?.done == nil)
        }
        try await ledger.close()
    }

    @Test("a clip that is worked on again is not done, and has nothing that is written over")
    func reopenedClip() async throws {
        let ledger = try await ledger()
        try await ledger.commit(.reopened(ReopenedClip(clip: source.clip())))
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.done == nil && clip.record == nil && clip.file != nil)
        #expect(try await ledger.windows(of: source.clip()).first?.preview != nil)
        try await ledger.commit(
            .reopened(ReopenedClip(clip: source.clip(), makesFile: true, previews: [source.windows[0]])))
        #expect(try await ledger.clip(source.clip())?.file == nil)
        #expect(try await ledger.windows(of: source.clip()).first?.preview == nil)
        #expect(try await ledger.currentAnswers(of: source.clip()).count == 2)
        try await ledger.close()
    }

    @Test("a file that is lost is to be made again, and so is what tells of it")
    func lost() async throws {
        let clip = source.clip()
        let files: [LostFile] = [
            .clipFile(clip), .clipRecord(clip), .preview(clip, source.windows[0]), .sourceRecords(source.path),
        ]
        for file in files {
            let folder = try OutputFolder()
            let ledger = try await folder.open()
            try await ledger.commit([
                source.read, source.planned(keys), source.clipFile(keys), source.preview(keys),
                .endedClip(EndedClip(clip: clip, record: Sample.proof("meta"), done: keys.all)),
                .endedSource(EndedSource(path: source.path, status: .done, done: keys.all)),
            ])
            try await ledger.commit(.lost(file))
            let state = try #require(try await ledger.clip(clip))
            let preview = try await ledger.windows(of: clip).first?.preview
            #expect((state.file == nil) == (file == files[0]))
            #expect((state.record == nil) == (file == files[1]))
            #expect((preview == nil) == (file == files[2]))
            #expect((state.done == nil) == (file != files[3]))
            let known = try #require(try await ledger.source(source.path))
            #expect(known.status == .open && known.done == nil)
            try await ledger.close()
        }
    }

    @Test("records that are to be taken away count as not written, those of other cuts too, and files still count")
    func withdrawn() async throws {
        let ledger = try await ledger()
        var more = source
        more.clipCount = 2
        let other = try Sample.keys(windowSize: 128)
        try await ledger.commit([
            more.planned(other),
            .endedClip(EndedClip(clip: source.clip(1), record: Sample.proof("meta 1"), done: other.all)),
            source.planned(keys),
            .endedSource(
                EndedSource(
                    path: source.path, status: .done, done: keys.all, records: RecordsProof(of: [Data("r".utf8)]))),
        ])
        #expect(Set(try await ledger.clipIDs(of: source.path)) == [source.clip(), source.clip(1)])
        try await ledger.commit(.withdrawn(source: source.path))
        let state = try #require(try await ledger.source(source.path))
        #expect(state.status == .open && state.done == nil && state.records == nil && state.digest == source.digest)
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.record == nil && clip.done == nil && clip.file != nil)
        #expect(try await ledger.windows(of: source.clip()).first?.preview != nil)
        try await ledger.commit(more.planned(other))
        let second = try #require(try await ledger.clip(source.clip(1)))
        #expect(second.record == nil && second.done == nil)
        try await ledger.close()
    }

    @Test("of a source that is done anew nothing counts but what was answered since, and nothing is deleted")
    func forced() async throws {
        let ledger = try await ledger()
        try await ledger.beginRun(keys, program: "test")
        try await ledger.commit(.forced(sources: [source.path, "videos/unknown.mp4"]))
        let state = try #require(try await ledger.source(source.path))
        #expect(state.status == .open && state.done == nil && state.digest == source.digest)
        let clip = try #require(try await ledger.clip(source.clip()))
        #expect(clip.done == nil && clip.record == nil && clip.file == nil)
        #expect(try await ledger.windows(of: source.clip()).allSatisfy { $0.preview == nil })
        let key = try #require(keys.captions)
        #expect(try await ledger.answers(of: source.clip(), settings: key).isEmpty)
        try await ledger.commit(source.answered("Anew.", keys))
        let answers = try await ledger.answers(of: source.clip(), settings: key)
        #expect(answers.mapValues(\.outcome) == [source.windows[0]: Sample.outcome("Anew.")])
        #expect(try await ledger.history(of: source.clip()).count == 3)
        try await ledger.close()
    }

    @Test("clips that no source was planned with are refused, and windows that were not planned are taken")
    func unknown() async throws {
        let ledger = try await output.open()
        let error = await #expect(throws: ShotlistError.self) {
            try await ledger.commit(source.answered("One.", keys))
        }
        #expect(error?.code == .internalFailure)
        await #expect(throws: ShotlistError.self) { try await ledger.commit(source.planned(keys)) }
        var bare = source
        bare.windows = []
        try await ledger.commit([source.read, bare.planned(keys), source.answered("One.", keys)])
        #expect(try await ledger.windows(of: source.clip()).map(\.range) == [source.windows[0]])
        try await ledger.close()
    }
}
