import Foundation
import GRDB
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("Commits go together, in order, each whole or not at all")
struct CommitTests {
    private let output: OutputFolder
    private let keys: RunKeys
    private let source = SampleSource()

    init() throws {
        output = try OutputFolder()
        keys = try Sample.keys()
    }

    private func texts(_ ledger: Ledger) async throws -> [String] {
        try await ledger.history(of: source.clip()).compactMap { $0.outcome.caption["qwen"] }
    }

    @Test("what comes while the disk is busy shares a transaction, as far as the bound allows, in the order it came")
    func groups() async throws {
        let ledger = try await output.open(mostTogether: 4, patience: 60)
        try await ledger.commit([source.read, source.planned(keys)])
        let before = ledger.statistics
        // Another connection holds the file, as a slow disk would.
        let other = try output.connection()
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        var commits: [Task<Void, any Error>] = []
        for number in 0..<10 {
            let change = source.answered("\(number)", keys)
            commits.append(Task { try await ledger.commit(change) })
            // The first is at the file; those after it wait.
            try await eventually { ledger.statistics.underWay == 1 && ledger.statistics.waiting == number }
        }
        #expect(ledger.statistics.transactions == before.transactions)
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        for commit in commits { try await commit.value }
        #expect(try await texts(ledger) == (0..<10).map { "\($0)" })
        let after = ledger.statistics
        #expect(after.commits - before.commits == 10 && after.waiting == 0)
        #expect(after.transactions - before.transactions == 4)
        #expect(after.largestGroup == 4)
        try other.close()
        try await ledger.close()
    }

    @Test("a hundred tasks at once lose nothing, and those of one task keep their order")
    func many() async throws {
        let ledger = try await output.open()
        try await ledger.commit([source.read, source.planned(keys)])
        let (source, keys) = (self.source, self.keys)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<100 {
                group.addTask {
                    for step in 0..<5 { try await ledger.commit(source.answered("\(task) \(step)", keys)) }
                }
            }
            try await group.waitForAll()
        }
        let texts = try await texts(ledger)
        #expect(texts.count == 500 && Set(texts).count == 500)
        for task in 0..<100 {
            let own = texts.filter { $0.hasPrefix("\(task) ") }
            #expect(own == (0..<5).map { "\(task) \($0)" })
        }
        try await ledger.close()
    }

    @Test("a change that is refused takes nothing of its call with it, and nothing of other calls")
    func refused() async throws {
        let ledger = try await output.open()
        try await ledger.commit([source.read, source.planned(keys)])
        let other = try output.connection()
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        var unknown = source
        unknown.path = "videos/unknown.mp4"
        let calls: [[LedgerChange]] = [
            [source.answered("first", keys)],
            [source.answered("second", keys)],
            [source.answered("lost", keys), unknown.answered("unknown", keys)],
            [source.answered("third", keys)],
        ]
        var commits: [Task<Void, any Error>] = []
        for (number, call) in calls.enumerated() {
            commits.append(Task { try await ledger.commit(call) })
            try await eventually { ledger.statistics.underWay == 1 && ledger.statistics.waiting == number }
        }
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        var outcomes: [Bool] = []
        for commit in commits {
            if case .success = await commit.result { outcomes.append(true) } else { outcomes.append(false) }
        }
        #expect(outcomes == [true, true, false, true])
        #expect(ledger.statistics.largestGroup == 3)
        #expect(try await texts(ledger) == ["first", "second", "third"])
        try other.close()
        try await ledger.close()
    }

    @Test("a commit goes through when its task is cancelled: what was done is kept")
    func cancelled() async throws {
        let ledger = try await output.open()
        try await ledger.commit([source.read, source.planned(keys)])
        let change = source.answered("Kept.", keys)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await ledger.commit(change)
        }
        task.cancel()
        try await task.value
        #expect(try await texts(ledger) == ["Kept."])
        try await ledger.close()
    }

    @Test("a kill at any moment leaves a sound ledger with everything that was committed until then")
    func killed() async throws {
        let ledger = try await output.open()
        try await ledger.commit([source.read, source.planned(keys)])
        for number in 0..<20 { try await ledger.commit(source.answered("\(number)", keys)) }

        let whole = try output.copyAsKilled()
        let copy = try await whole.open()
        #expect(try await texts(copy) == (0..<20).map { "\($0)" })
        #expect(try await copy.problems().isEmpty)
        try await copy.commit(source.answered("20", keys))
        #expect(try await texts(copy).count == 21)
        try await copy.close()

        // A power cut may leave any part of the log.
        let log = try Data(contentsOf: URL(filePath: output.database + "-wal")).count
        var last = 0
        for step in 0...40 {
            let cut = try output.copyAsKilled(keeping: log * step / 40)
            let ledger = try await cut.open()
            let texts = try await texts(ledger)
            #expect(texts == (0..<texts.count).map { "\($0)" } && texts.count >= last)
            #expect(try await ledger.problems().isEmpty)
            last = texts.count
            try await ledger.close()
        }
        #expect(last == 20)
        try await ledger.close()
    }

    @Test("a window takes less than 1 KB, with a source, a clip and a short caption of its own")
    func size() async throws {
        let ledger = try await output.open()
        let count = 2000
        let sources = (0..<count).map { number in
            var source = SampleSource()
            source.path = "videos/collection/part\(number / 100)/a video of some name \(number).mp4"
            source.digest = sha256("\(number)")
            source.windows = [FrameRange(start: 0, end: 7)]
            return source
        }
        // In the order of a run, so that rows grow after they were written.
        let text = "A bright scene with a slow pan: a red square moves over grey ground and stops."
        let records = RecordsProof(of: [Data("record".utf8), Data("chunk".utf8)])
        try await ledger.commit(sources.flatMap { [$0.read, $0.planned(keys)] })
        try await ledger.commit(
            sources.flatMap { [$0.clipFile(keys), $0.preview(keys), $0.answered(text, keys)] })
        var ended: [LedgerChange] = []
        for source in sources {
            ended += [
                .endedClip(EndedClip(clip: source.clip(), record: Sample.proof("meta"), done: keys.all)),
                .endedSource(EndedSource(path: source.path, status: .done, done: keys.all, records: records)),
            ]
        }
        try await ledger.commit(ended)
        #expect(try await ledger.counts().windowStatuses == [.success: count])
        try await ledger.close()
        let attributes = try FileManager.default.attributesOfItem(atPath: output.database)
        let bytes = try #require(attributes[.size] as? Int)
        #expect(bytes / count < 1000, "\(bytes / count) bytes a window")
    }
}
