import Foundation
import GRDB
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("Ledgers that become one")
struct JoinedLedgerTests {
    private let output: OutputFolder
    private let keys: RunKeys
    private let source = SampleSource(clipCount: 3)

    init() throws {
        output = try OutputFolder()
        keys = try Sample.keys()
    }

    /// A part whose run made some clips, saying `word` of each.
    private func part(_ clips: [Int], saying word: String, started: Int) async throws -> OutputFolder {
        let part = try OutputFolder()
        let ledger = try await part.open()
        let run = try await ledger.beginRun(keys, program: "shotlist-tests 1", now: Date(milliseconds: started))
        try await ledger.commit([source.read, source.planned(keys), .listed(sources: [source.path], isFirst: true)])
        for clip in clips {
            try await ledger.commit([
                source.answered("\(word) \(clip)", keys, clip: clip),
                source.answered("\(word)", keys, clip: clip, window: 1),
                .endedClip(
                    EndedClip(
                        clip: source.clip(clip), status: .success, record: Sample.proof("\(word) \(clip)"),
                        done: keys.all)),
            ])
        }
        try await ledger.endRun(run, ending: "done", now: Date(milliseconds: started + 1))
        try await ledger.close()
        return part
    }

    /// Joins parts; `record` says what the output's record of a clip is made of.
    private func join(_ parts: [OutputFolder], base: Bool = false, record: [Int: String] = [:]) async throws -> Ledger {
        let path = output.path + "/joined"
        try FileManager.default.createDirectory(atPath: output.path + "/.shotlist", withIntermediateDirectories: true)
        let join = try LedgerJoin(
            path: path, base: base ? output.database : nil, all: keys.all, program: "shotlist-tests 2")
        for part in parts {
            try join.take(part.database) { clip in
                record.first { source.clip($0.key) == clip }.map { Sample.proof($0.value).sha256 }
            }
        }
        try join.close()
        try Ledger.replace(outputPath: output.path, with: path)
        return try await output.open()
    }

    /// What the ledger holds of clips, in order: the first window's current caption.
    private func captions(_ ledger: Ledger) async throws -> [String?] {
        var captions: [String?] = []
        for clip in 0..<3 {
            captions.append(
                try await ledger.currentAnswers(of: source.clip(clip))[source.windows[0]]?.outcome.caption["qwen"])
        }
        return captions
    }

    private func rows(_ table: String) throws -> Int {
        try output.connection().read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? -1 }
    }

    @Test("what parts made of one source is all there, the source is open, and nothing is missing")
    func disjoint() async throws {
        let ledger = try await join([
            part([0, 2], saying: "one", started: 1000), part([1], saying: "two", started: 2000),
        ])
        #expect(try await captions(ledger) == ["one 0", "two 1", "one 2"])
        #expect(try await ledger.gaps(done: keys.all) == [])
        #expect(try await ledger.unread() == [])
        let state = try #require(try await ledger.source(source.path))
        #expect(state.status == .open && state.done == nil && state.digest == source.digest)
        #expect(try await ledger.problems() == [])
        #expect(try await ledger.runs().map(\.ending) == ["done", "done"])
        #expect(try await ledger.totals(of: [source.path], done: keys.all, words: false).values.first?.windows == 6)
        try await ledger.close()
    }

    @Test("a clip that no part has made is a gap")
    func gap() async throws {
        let ledger = try await join([part([0], saying: "one", started: 1000), part([1], saying: "two", started: 2000)])
        #expect(try await ledger.gaps(done: keys.all) == [SourceGap(path: source.path, done: 2, clips: 3)])
        let others = try Sample.keys(prompt: "Who?")
        #expect(try await ledger.gaps(done: others.all) == [SourceGap(path: source.path, done: 0, clips: 3)])
        try await ledger.close()
    }

    @Test(
        "of a clip that two tell of the one counts whose record is there, in whatever order; both answers stay",
        arguments: [false, true])
    func disputed(_ isReversed: Bool) async throws {
        let parts = [
            try await part([0, 1, 2], saying: "one", started: 1000),
            try await part([0, 1], saying: "two", started: 2000),
        ]
        let ledger = try await join(
            isReversed ? parts.reversed() : parts, record: [0: "two 0", 1: "one 1", 2: "one 2"])
        #expect(try await captions(ledger) == ["two 0", "one 1", "one 2"])
        for clip in 0..<2 {
            let said = try await ledger.history(of: source.clip(clip)).compactMap { $0.outcome.caption["qwen"] }
            #expect(Set(said) == ["one \(clip)", "two \(clip)", "one", "two"])
        }
        #expect(try await ledger.gaps(done: keys.all) == [])
        try await ledger.close()
    }

    @Test("taken in twice, parts change nothing; a base keeps what it has beside them")
    func again() async throws {
        let parts = [
            try await part([0, 2], saying: "one", started: 1000), try await part([1], saying: "two", started: 2000),
        ]
        try await join(parts).close()
        let tables = ["runs", "sources", "contents", "clips", "windows", "answers", "settings"]
        let before = try tables.map { try rows($0) }
        try await join(parts + parts, base: true).close()
        #expect(try tables.map { try rows($0) } == before)

        let ledger = try await output.open()
        let later = try Sample.keys(prompt: "Later?")
        try await ledger.commit(source.answered("later", later, clip: 0))
        try await ledger.close()
        let joined = try await join(parts, base: true)
        #expect(try await joined.history(of: source.clip(0)).contains { $0.outcome.caption["qwen"] == "later" })
        try await joined.close()
    }

    @Test("a part that is no ledger is told by its name")
    func damaged() async throws {
        let part = try await part([0], saying: "one", started: 1000)
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: part.database))
        let error = await #expect(throws: ShotlistError.self) { try await join([part]).close() }
        #expect(error?.code == .ledgerInvalid && error?.message.contains(part.database) == true)
    }
}
