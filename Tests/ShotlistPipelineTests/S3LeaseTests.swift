import Foundation
import ShotlistCore
import ShotlistLedger
import ShotlistPipeline
import ShotlistStorage
import Synchronization
import Testing

@Suite("One output in a bucket, one run, one work folder", .timeLimit(.minutes(10)))
struct S3LeaseTests {
    @Test("keep another machine away while they last, and not for ever")
    func lease() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        let lock = place.output.appending(".shotlist/lock")
        try await place.bucket.put(Data("someone\nprocess 1 on elsewhere\n".utf8), to: lock)
        // However long it takes to get there.
        let run = try place.run(workspace, machine: "one", copyInterval: .seconds(60))
        let error = await #expect(throws: ShotlistError.self) { try await run(on: workspace, .goOn) }
        #expect(error?.code == .outputInUse && error?.message.contains("process 1 on elsewhere") == true)
        // Four times the second after which a run would have renewed it.
        try await Task.sleep(for: .seconds(6))
        let summary = try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        #expect(summary.isComplete)
    }

    @Test("leave the lock of their folder's copy on another machine alone, and take that of a killed run at once")
    func copies() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        let writer = try String(
            contentsOf: workspace.root.appending(path: "one/.shotlist/writer"), encoding: .utf8)
        let lock = place.output.appending(".shotlist/lock")
        func run(lockOf host: String) async throws {
            let text = "\(writer)\nprocess 1 on \(host)\nanother-run\n\(host)\n1\n"
            try await place.bucket.put(Data(text.utf8), to: lock)
            try await place.run(workspace, machine: "one", copyInterval: .seconds(60))(on: workspace, .goOn)
        }
        let error = await #expect(throws: ShotlistError.self) { try await run(lockOf: "elsewhere") }
        #expect(error?.code == .outputInUse && error?.message.contains("process 1 on elsewhere") == true)
        try await run(lockOf: ProcessInfo.processInfo.hostName)
        #expect(try await place.bucket.look(lock) == nil)
    }

    @Test("leave a lock alone whose age the server does not tell")
    func ageless() async throws {
        let content = "someone\nprocess 1 on elsewhere\n"
        let server = try ListingServer(keys: ["films/a.mp4"], object: ("/some-bucket/out/.shotlist/lock", content))
        let workspace = try Workspace()
        var run = try Run()
        run.reader = try S3VideoReader(location: S3Location("s3://some-bucket/films"), bucket: server.client())
        run.writer = ClipWriterStage(
            location: try S3Location("s3://some-bucket/out"), bucket: try server.client(),
            workFolder: workspace.root.appending(path: "one").path, copyInterval: .milliseconds(1))
        let ready = run
        let error = await #expect(throws: ShotlistError.self) { try await ready(on: workspace, .goOn) }
        #expect(error?.code == .outputInUse && error?.message.contains("does not tell when") == true)
        #expect(error?.remedy.contains("remove 's3://some-bucket/out/.shotlist/lock'") == true)
    }

    @Test("end when their lock is another's or gone, and touch it no more", arguments: [true, false])
    func lost(isRemoved: Bool) async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        let lock = place.output.appending(".shotlist/lock")
        let other = Data("someone\nprocess 1 on elsewhere\nanother-run\nelsewhere\n1\n".utf8)
        let isFirst = Mutex(true)
        var run = try place.run(workspace, machine: "one")
        run.answer = { [bucket = place.bucket] request in
            if isFirst.withLock({ first in
                defer { first = false }; return first
            }) {
                // A renewal that was on its way may come after the first time.
                for _ in 0..<3 {
                    if isRemoved { try await bucket.remove(lock) } else { try await bucket.put(other, to: lock) }
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            // Longer than until the next renewal, which finds it out.
            try await Task.sleep(for: .seconds(5))
            return .saying("from \(request.input.frameIndices[0])")
        }
        let ready = run
        let error = await #expect(throws: ShotlistError.self) { try await ready(on: workspace, .goOn) }
        #expect(error?.code == .outputInUse)
        #expect(error?.message.contains(isRemoved ? "was removed" : "process 1 on elsewhere") == true)
        #expect(try await place.bucket.get(lock) == (isRemoved ? nil : other))
        // Nothing was written after it.
        let names = try await place.objects().keys
        #expect(!names.contains { $0.hasPrefix("metas/") || $0.hasPrefix("processed_videos/") })
    }

    @Test("refuse a work folder that is another output's")
    func twoOutputs() async throws {
        let (place, other) = (try await S3Place(), try await S3Place())
        let workspace = try Workspace()
        let first = try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        #expect(first.isComplete)
        for machine in ["one", "out"] {
            // The second is the output folder of a run that had no bucket.
            if machine == "out" { try await other.run(workspace, machine: nil)(on: workspace, .goOn) }
            let run = try other.run(workspace, machine: machine)
            let error = await #expect(throws: ShotlistError.self) { try await run(on: workspace, .goOn) }
            #expect(error?.code == .invalidArgument && error?.remedy.contains("--work-dir") == true)
        }
        #expect(try await other.bucket.list(other.output).isEmpty)
    }

    @Test("make an output that was emptied anew, and keep the ledger that told of it")
    func emptied() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        let whole = try await place.objects()
        for object in try await place.bucket.list(place.output) { try await place.bucket.remove(object.location) }
        let watch = Watch()
        let second = try await place.run(workspace, machine: "one")(on: workspace, .goOn, watch)
        #expect(second.isComplete && second.keptVideos == 0 && second.videos == 2)
        #expect(watch.notes.contains { $0.contains("was emptied") && $0.contains("ledger.sqlite.damaged-1") })
        #expect(try await place.objects().keys.sorted() == whole.keys.sorted())
        // Once is enough.
        let third = try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        #expect(third.keptVideos == 2)
    }

    @Test("are a part's own: a copy says that it has begun again before it asks or writes anything")
    func partsAgain() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        let root = workspace.root
        let share = OutputShare.shard(try Shard(1, of: 1))
        let part = place.output.appending(try #require(share.folder))
        func run(_ policy: ResumePolicy, asking answer: @escaping @Sendable () async throws -> Void) async throws {
            var run = try place.run(workspace, machine: "one", copyInterval: .seconds(600))
            run.writer = ClipWriterStage(
                location: place.output, bucket: try place.client(),
                workFolder: workspace.root.appending(path: "one").path, share: share, copyInterval: .seconds(600))
            run.answer = { request in
                try await answer()
                return .saying("from \(request.input.frameIndices[0])")
            }
            try await run(on: workspace, policy)
        }
        @Sendable func lastRun() async throws -> LedgerRun? {
            let folder = root.appending(path: "copy-\(UUID().uuidString)").path
            let file = part.appending(".shotlist/ledger.sqlite")
            let object = try #require(try await place.bucket.look(file))
            try FileManager.default.createDirectory(
                atPath: folder + "/.shotlist", withIntermediateDirectories: true)
            try await place.bucket.download(object, to: folder + "/.shotlist/ledger.sqlite")
            let ledger = try await Ledger.open(outputPath: folder, program: "test")
            let last = try await ledger.runs(limit: 1).first
            try await ledger.close()
            return last
        }
        try await run(.goOn) {}
        #expect(try await lastRun()?.ended != nil)
        let seen = Mutex<[Bool]>([])
        try await run(.anew) {
            let hasEnded = try await lastRun()?.ended != nil
            seen.withLock { $0.append(hasEnded) }
        }
        let told = seen.withLock { $0 }
        #expect(!told.isEmpty && !told.contains(true), "\(told)")
    }

    @Test("of a part that was cut off stay where a run is refused for another reason")
    func lockOfPart() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        let part = place.output.appending(".shotlist/shards/1-of-2")
        let lock = part.appending(".shotlist/lock")
        let held = Data("someone\nprocess 1 on elsewhere\nanother-run\nelsewhere\n1\n".utf8)
        try await place.bucket.put(held, to: lock)
        try await place.bucket.put(Data("a ledger".utf8), to: part.appending(".shotlist/ledger.sqlite"))
        // Four times the second after which it would have been renewed.
        try await Task.sleep(for: .seconds(6))
        let error = await #expect(throws: ShotlistError.self) {
            try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        }
        #expect(error?.message.contains("merge") == true || error?.remedy.contains("merge") == true)
        #expect(try await place.bucket.get(lock) == held)
    }
}
