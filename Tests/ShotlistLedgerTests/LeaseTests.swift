import Foundation
import ShotlistCore
import ShotlistLedger
import Testing

@Suite("Runs share the videos of one output", .timeLimit(.minutes(20)))
struct LeaseTests {
    private let output: OutputFolder
    private let keys: RunKeys
    private let source = SampleSource()

    init() throws {
        output = try OutputFolder()
        keys = try Sample.keys()
    }

    private func worker() async throws -> Ledger {
        let ledger = try await output.open()
        try await ledger.enter(keys, policy: "redo")
        return ledger
    }

    private func lease(_ ledger: Ledger, unlessDone done: WorkKey? = nil) async throws -> SourceLease {
        try await ledger.lease(source.path, unlessDone: done, [source.read, source.planned(keys)])
    }

    /// The files by which runs say that they are alive.
    private func locks() throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: output.path + "/.shotlist")
        return names.filter { $0.hasPrefix("worker-") }
    }

    @Test("a video is one run's, until the video is done or the run has left")
    func one() async throws {
        let (first, second) = (try await worker(), try await worker())
        #expect(try await lease(first) == .taken(isNew: true))
        guard case .held(let holder) = try await lease(second) else {
            Issue.record("a video was given to two runs")
            return
        }
        #expect(holder.name.contains("process \(ProcessInfo.processInfo.processIdentifier) on "))
        #expect(try await second.isHeld(source.path))
        #expect(try await !first.isHeld(source.path))
        #expect(try await lease(first) == .taken(isNew: false))
        try await first.commit(source.answered("mine", keys))
        try await first.commit(.endedSource(EndedSource(path: source.path, status: .done, done: keys.all)))
        #expect(try await !second.isHeld(source.path))
        #expect(try await lease(second, unlessDone: keys.all) == .done)
        #expect(try await lease(second) == .taken(isNew: false))
        try await second.leave()
        #expect(try await lease(first) == .taken(isNew: false))
        try await first.leave()
        #expect(try locks().isEmpty)
    }

    @Test("what a run that is gone had is taken over, with what it has committed")
    func gone() async throws {
        let second = try await worker()
        do {
            let first = try await worker()
            #expect(try await lease(first) == .taken(isNew: true))
            try await first.commit(source.answered("mine", keys))
        }
        // Its lock has gone with it; its rows are there, as after a kill.
        #expect(try await lease(second) == .taken(isNew: false))
        let answers = try await second.answers(of: source.clip(), settings: #require(keys.captions))
        #expect(answers.count == 1)
    }

    @Test("a run that has lost a video can commit nothing of it any more, whatever it believes")
    func fenced() async throws {
        let (first, second) = (try await worker(), try await worker())
        #expect(try await lease(first) == .taken(isNew: true))
        try await first.commit(source.answered("before", keys))
        // Someone takes away what says that the first is alive.
        for name in try locks().sorted() {
            try FileManager.default.removeItem(atPath: output.path + "/.shotlist/" + name)
        }
        #expect(try await lease(second) == .taken(isNew: false))
        let late: [LedgerChange] = [
            source.answered("late", keys, window: 1), source.preview(keys), source.clipFile(keys),
            .endedSource(EndedSource(path: source.path, status: .done, done: keys.all)),
        ]
        for change in late {
            let error = await #expect(throws: ShotlistError.self) { try await first.commit(change) }
            #expect(error?.code == .outputInUse)
        }
        try await second.commit(source.answered("in time", keys, window: 1))
        let answers = try await second.answers(of: source.clip(), settings: #require(keys.captions))
        #expect(answers[source.windows[1]]?.outcome.caption["qwen"] == "in time")
        #expect(try await second.source(source.path)?.status == .open)
    }

    @Test("nobody takes away the records of a video that another run has, writes over its files, or does it anew")
    func leftAlone() async throws {
        let (first, second) = (try await worker(), try await worker())
        #expect(try await lease(first) == .taken(isNew: true))
        try await first.commit(source.clipFile(keys))
        let reopened = ReopenedClip(clip: source.clip(), makesFile: true, previews: [])
        for change in [LedgerChange.withdrawn(source: source.path), .reopened(reopened)] {
            let error = await #expect(throws: ShotlistError.self) { try await second.commit(change) }
            #expect(error?.code == .outputInUse)
        }
        try await second.commit(.forced(sources: [source.path]))
        #expect(try await first.clip(source.clip())?.file != nil)
        try await first.leave()
        try await second.commit(.forced(sources: [source.path]))
        #expect(try await second.clip(source.clip())?.file == nil)
        // One that is nobody's has its records taken away by whoever finds that it cannot be read.
        try await second.commit(.withdrawn(source: source.path))
    }

    @Test("one with other settings is refused, with what differs; those of a run that is gone do not count")
    func others() async throws {
        var first: Ledger? = try await worker()
        let other = try await output.open()
        let otherKeys = try Sample.keys(prompt: "Who?", height: 120)
        let error = await #expect(throws: ShotlistError.self) { try await other.enter(otherKeys, policy: "redo") }
        #expect(error?.code == .outputInUse)
        #expect(error?.message.contains("captions.prompt, previews.targetHeight differ") == true, "\(error as Any)")
        let policy = await #expect(throws: ShotlistError.self) { try await other.enter(keys, policy: "skip") }
        #expect(policy?.message.contains("(redo, here skip)") == true, "\(policy as Any)")
        #expect(try locks().count == 1)
        withExtendedLifetime(first) {}
        first = nil
        try await other.enter(otherKeys, policy: "skip")
        #expect(try locks().count == 1)
    }

    @Test("an output is joined by those that share it, and by no others")
    func lock() throws {
        let (first, isAlone) = try LedgerLock.join(outputPath: output.path)
        #expect(isAlone)
        try first.share(outputPath: output.path)
        let (second, isSecondAlone) = try LedgerLock.join(outputPath: output.path)
        #expect(!isSecondAlone)
        let error = #expect(throws: ShotlistError.self) { _ = try LedgerLock.take(outputPath: output.path) }
        #expect(error?.code == .outputInUse && error?.remedy.contains("--join") == true)
        second.release()
        #expect(throws: ShotlistError.self) { _ = try LedgerLock.take(outputPath: output.path) }
        first.release()
        try LedgerLock.take(outputPath: output.path).release()
    }

    @Test("a ledger that was made before there were leases gets them")
    func older() async throws {
        try await output.open().close()
        try await output.connection().write { db in try db.execute(sql: "DROP TABLE leases; DROP TABLE workers") }
        let ledger = try await worker()
        #expect(try await lease(ledger) == .taken(isNew: true))
        #expect(try await ledger.problems() == [])
    }

    @Test("network file systems are told from others")
    func network() {
        let mounts = """
            24 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            91 24 0:45 / /data rw,relatime shared:40 master:3 - nfs4 server:/data rw,vers=4.2
            92 24 0:46 / /with\\040space rw - tmpfs tmpfs rw
            93 24 0:47 / /far rw - fuse.sshfs me@far:/ rw
            """
        #expect(NetworkFileSystem.kind(of: "254:0", in: mounts) == nil)
        #expect(NetworkFileSystem.kind(of: "0:45", in: mounts) == "nfs4")
        #expect(NetworkFileSystem.kind(of: "0:46", in: mounts) == nil)
        #expect(NetworkFileSystem.kind(of: "0:47", in: mounts) == "fuse.sshfs")
        #expect(NetworkFileSystem.kind(of: "0:4", in: mounts) == nil)
    }
}
