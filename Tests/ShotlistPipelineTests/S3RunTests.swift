import Foundation
import ShotlistCore
import ShotlistPipeline
import ShotlistStorage
import TestOutput
import TestS3
import Testing

@Suite("Runs from a bucket and into one, on a real S3 server", .timeLimit(.minutes(10)))
struct S3RunTests {
    @Test("write what a run into a folder writes, and leave nothing else on this machine than the ledger")
    func same() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        let local = try await place.run(workspace, machine: nil)(on: workspace, .goOn)
        let remote = try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        #expect(local.isComplete && remote.isComplete && remote.videos == 2)
        #expect((remote.clips, remote.windows, remote.previews) == (local.clips, local.windows, local.previews))
        let objects = try await place.objects()
        let files = workspace.outputFiles().filter { $0 != "summary.json" }
        #expect(objects.keys.sorted() == files)
        for file in files {
            let bytes = try Data(contentsOf: workspace.output.appending(path: file))
            // A clip's record names its file by its place.
            let here = String(decoding: bytes, as: UTF8.self).replacingOccurrences(
                of: workspace.output.path, with: place.output.description)
            let object = try #require(objects[file])
            guard file.hasSuffix(".json") else {
                #expect(object == bytes, "\(file)")
                continue
            }
            #expect(try PlainRecord.json(object) == PlainRecord.json(Data(here.utf8)), "\(file)")
        }
        let left = try FileManager.default.subpathsOfDirectory(atPath: workspace.root.appending(path: "one").path)
        #expect(
            left.filter { !$0.hasPrefix(".shotlist/ledger.sqlite") }.sorted() == [
                ".shotlist", ".shotlist/copied", ".shotlist/lock", ".shotlist/output", ".shotlist/writer",
            ])
        #expect(try await place.bucket.look(place.output.appending(".shotlist/lock")) == nil)
    }

    @Test("go on on the same machine and on another, and ask for no committed window twice")
    func goOn() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        var committed: Set<Window.ID> = []
        for (machine, stop) in [("one", 2), ("one", 3), ("two", 2), ("one", Int?.none)] as [(String, Int?)] {
            let watch = Watch()
            let summary = try await place.run(workspace, machine: machine)(
                on: workspace, .goOn, watch, stoppingAfter: stop)
            #expect(committed.isDisjoint(with: watch.asked))
            #expect(summary.keptWindows <= committed.count && summary.cancelled == (stop != nil))
            committed.formUnion(watch.committed)
        }
        let watch = Watch()
        let last = try await place.run(workspace, machine: "three")(on: workspace, .goOn, watch)
        #expect(last.isComplete && last.keptVideos == 2 && last.keptWindows == committed.count)
        // What is done is not even brought here.
        #expect(watch.asked.isEmpty && watch.opened == 0)
        #expect(watch.notes.contains { $0.contains("comes from another machine") })
        let undisturbed = try await S3Place()
        try await undisturbed.run(workspace, machine: "four")(on: workspace, .goOn)
        let whole = try await undisturbed.objects().keys.map(Self.kind)
        #expect(try await place.objects().keys.map(Self.kind).sorted() == whole.sorted())
    }

    /// A path without ids, which name the bucket.
    private static func kind(_ path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        return (parts.prefix(1) + parts.suffix(1).filter { $0.hasSuffix(".webp") }).joined(separator: "/")
    }

    @Test("bear requests that fail, one in four")
    func faults() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        let (address, seen) = try await place.server.faultyProxy(every: 4)
        let summary = try await place.run(workspace, machine: "one", address: address)(on: workspace, .goOn)
        #expect(summary.isComplete && summary.failedVideos.isEmpty)
        // There are more than thirty writes, and each method meets every kind of fault in its turn.
        for fault in ["slow", "500", "closed", "lost"] { #expect(seen().contains { $0.hasPrefix("\(fault) PUT") }) }
        let whole = try await place.objects()
        // Every clip and preview is there, and the ledger's copy says so.
        #expect(whole.keys.filter { $0.hasPrefix("clips/") }.count == summary.clips)
        #expect(whole.keys.filter { $0.hasPrefix("previews/") }.count == summary.previews)
        let again = try await place.run(workspace, machine: "two")(on: workspace, .goOn)
        #expect(again.keptVideos == 2)
    }

    @Test("see that a video was replaced, and make again what is missing in the bucket")
    func changes() async throws {
        let place = try await S3Place()
        let workspace = try Workspace()
        let first = try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        try await place.bucket.upload(Workspace.footage("bigbuckbunny").path, to: place.videos.appending("a/bikes.mp4"))
        let watch = Watch()
        let second = try await place.run(workspace, machine: "one")(on: workspace, .goOn, watch)
        #expect(second.keptVideos == 1 && second.isComplete && watch.opened == 1)
        #expect(watch.notes.contains { $0.contains("a/bikes.mp4' has changed") })
        #expect(first.isComplete)
        // What was told of the one before is gone, as it is on a disk.
        let fresh = try Workspace()
        try await place.run(fresh, machine: nil)(on: fresh, .goOn)
        #expect(Self.records(try await place.objects().keys) == Self.records(fresh.outputFiles()))
        // One that is no video any more has no records at all.
        try await place.bucket.put(Data("no video".utf8), to: place.videos.appending("a/bikes.mp4"))
        let third = try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        #expect(third.failedVideos.count == 1 && third.keptVideos == 1)
        let left = Self.records(try await place.objects().keys)
        #expect(!left.contains { $0.contains("/a/bikes.mp4") } && left.contains { $0.contains("/b c/bikes+.MP4") })
    }

    private static func records(_ names: some Sequence<String>) -> [String] {
        names.filter { $0.hasSuffix(".json") && $0 != "summary.json" }.sorted()
    }

    @Test("let no key lead out of the output's folder")
    func keys() async throws {
        let bad = ["../../x.mp4", "/x.mp4", "a//b.mp4", "./c.mp4", "a/../d.mp4", "a%00b.mp4"]
        let server = try ListingServer(keys: (bad + ["fine.mp4"]).map { "films/" + $0 })
        let films = S3Location(bucket: "some-bucket", key: "films")
        let reader = try S3VideoReader(location: films, bucket: server.client())
        let files = try await reader.files()
        await reader.tearDown()
        #expect(files.count == bad.count + 1)
        for file in files {
            let isFine = file.inputPath == "s3://some-bucket/films/fine.mp4"
            #expect((file.problem == nil) == isFine, "\(file.inputPath)")
            #expect(isFine ? file.relativePath == "fine.mp4" : !file.relativePath.contains { "/.\0".contains($0) })
        }
        let workspace = try Workspace()
        var run = try Run()
        run.reader = try S3VideoReader(location: films, bucket: server.client())
        let summary = try await run(on: workspace, .goOn)
        // The fine one is not there either.
        #expect(summary.failedVideos.count == bad.count + 1)
        #expect(workspace.outputFiles() == ["summary.json"])
    }
}
