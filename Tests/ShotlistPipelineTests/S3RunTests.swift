import Foundation
import ShotlistCore
import ShotlistEngines
import ShotlistLedger
import ShotlistPipeline
import ShotlistStorage
import TestS3
import Testing

@Suite("Runs from a bucket and into one, on a real S3 server", .timeLimit(.minutes(10)))
struct S3RunTests {
    /// A bucket with videos, and clients of it.
    private struct Place {
        let server: TestS3
        let bucket: S3Bucket
        let videos: S3Location
        let output: S3Location

        init() async throws {
            server = try await TestS3.shared.value
            let (direct, root) = try await server.bucket()
            (videos, output) = (root.appending("films + ü"), root.appending("out/shots"))
            let footage = try Workspace.footage("bikes").path
            for name in ["a/bikes.mp4", "b c/bikes+.MP4"] {
                try await direct.upload(footage, to: videos.appending(name))
            }
            for name in ["a/notes.txt", ".hidden/bikes.mp4"] {
                try await direct.put(Data("no video".utf8), to: videos.appending(name))
            }
            bucket = direct
        }

        /// A client of its own, as another process has.
        func client(_ address: URL? = nil) throws -> S3Bucket {
            var settings = try S3Settings(environment: server.environment(endpoint: address))
            settings.retries.sleep = { _ in try await Task.sleep(for: .milliseconds(20)) }
            return S3Bucket(settings: settings)
        }

        /// A run from the bucket into it.
        ///
        /// - Parameter machine: the work folder's name.
        func run(_ workspace: Workspace, machine: String?, address: URL? = nil) throws -> Run {
            var run = try Run()
            run.splitter = try FixedStrideExtractorStage(clipLenS: 5, clipStrideS: 5)
            run.windowSize = 32
            run.remainderThreshold = 16
            run.batchSize = 1
            run.answer = { request in
                try await Task.sleep(for: .milliseconds(20))
                return .saying("from \(request.input.frameIndices[0])")
            }
            run.reader = try S3VideoReader(location: videos, bucket: client(address))
            guard let machine else { return run }
            run.writer = ClipWriterStage(
                location: output, bucket: try client(address),
                workFolder: workspace.root.appending(path: machine).path, copyInterval: .seconds(1))
            return run
        }

        /// What is in the output, without what changes from run to run.
        func objects() async throws -> [String: Data] {
            var objects: [String: Data] = [:]
            for object in try await bucket.list(output) {
                let name = String(object.location.key.dropFirst(output.key.count + 1))
                guard !name.hasPrefix(".shotlist/"), name != "summary.json" else { continue }
                objects[name] = try await bucket.get(object.location)
            }
            return objects
        }
    }

    @Test("write what a run into a folder writes, and leave nothing else on this machine than the ledger")
    func same() async throws {
        let place = try await Place()
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
            let isText = file.hasSuffix(".json")
            #expect(isText || objects[file] == bytes, "\(file)")
            if isText { #expect(objects[file].map { String(decoding: $0, as: UTF8.self) } == here, "\(file)") }
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
        let place = try await Place()
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
        let undisturbed = try await Place()
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
        let place = try await Place()
        let workspace = try Workspace()
        let (address, seen) = try await place.server.faultyProxy(every: 4)
        let summary = try await place.run(workspace, machine: "one", address: address)(on: workspace, .goOn)
        #expect(summary.isComplete && summary.failedVideos.isEmpty)
        #expect(seen().contains { $0.hasPrefix("lost PUT") } && seen().contains { $0.hasPrefix("cut GET") })
        let whole = try await place.objects()
        // Every clip and preview is there, and the ledger's copy says so.
        #expect(whole.keys.filter { $0.hasPrefix("clips/") }.count == summary.clips)
        #expect(whole.keys.filter { $0.hasPrefix("previews/") }.count == summary.previews)
        let again = try await place.run(workspace, machine: "two")(on: workspace, .goOn)
        #expect(again.keptVideos == 2)
    }

    @Test("see that a video was replaced, and make again what is missing in the bucket")
    func changes() async throws {
        let place = try await Place()
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

    @Test("keep another machine away while they last, and not for ever")
    func lease() async throws {
        let place = try await Place()
        let workspace = try Workspace()
        let lock = place.output.appending(".shotlist/lock")
        try await place.bucket.put(Data("someone\nprocess 1 on elsewhere\n".utf8), to: lock)
        let run = try place.run(workspace, machine: "one")
        let error = await #expect(throws: ShotlistError.self) { try await run(on: workspace, .goOn) }
        #expect(error?.code == .outputInUse && error?.message.contains("process 1 on elsewhere") == true)
        // Four times the second after which a run would have renewed it.
        try await Task.sleep(for: .seconds(6))
        let summary = try await place.run(workspace, machine: "one")(on: workspace, .goOn)
        #expect(summary.isComplete)
    }

    @Test("let no key lead out of the output's folder")
    func keys() async throws {
        let place = try await Place()
        let workspace = try Workspace()
        for name in ["../../escaped.mp4", "x//y.mp4", "./z.mp4"] {
            // Some servers refuse such keys; a listing may name them all the same.
            _ = try? await place.bucket.put(Data("no video".utf8), to: place.videos.appending(name))
        }
        let reader = try S3VideoReader(location: place.videos, bucket: place.client())
        let files = try await reader.files()
        #expect(files.count >= 2)
        for file in files {
            let parts = file.relativePath.split(separator: "/", omittingEmptySubsequences: false)
            #expect(!parts.contains { ["", ".", ".."].contains($0) })
        }
        let summary = try await place.run(workspace, machine: nil)(on: workspace, .goOn)
        #expect(summary.failedVideos.count >= files.filter { $0.problem != nil }.count)
    }
}
